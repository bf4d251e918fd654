/**
 * Why a setup could not be finished: one sentence that says what to do, and lines of a tool's own output
 * below it.
 */
export class SetupFailure extends Error {
  /**
   * @param {string} sentence
   * @param {readonly string[]} [details]
   */
  constructor(sentence, details = []) {
    super(sentence);
    this.name = "SetupFailure";
    this.details = details;
  }
}

/**
 * The text a person sees for anything that went wrong while setting up.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function failureText(error) {
  if (error instanceof SetupFailure) {
    return `${[error.message, ...error.details.map((line) => `    ${line}`)].join("\n")}\n`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `Quickwater could not be set up; mend this and start again: ${reason}.\n`;
}

/**
 * What a tool printed, cut to what a person reads: the cause stands first, and the end often names a log
 * file.
 *
 * @param {string} output
 * @returns {string[]}
 */
export function keyLines(output) {
  const lines = output.split("\n").map((line) => line.trimEnd());
  const filled = lines.filter((line) => !/^(npm error)?$/.test(line));
  return filled.length <= 12 ? filled : [...filled.slice(0, 8), "…", ...filled.slice(-3)];
}
