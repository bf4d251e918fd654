/** `quickwater run … | head` has what it wanted when the pipe closes; a server goes on for its clients. */
export function acceptUnreadOutput(verb: string | undefined): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    if (verb !== "start") process.exit(0);
  });
}
