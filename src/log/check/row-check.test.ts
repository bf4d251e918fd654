/** Each row is one line; the codes and sentences are those of the error catalogue. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodyCheckOf } from "../../../test/support/check-rows.ts";

const check = bodyCheckOf(`CREATE TABLE orders (
  id STRING NOT NULL, units INT, tiny TINYINT, small SMALLINT, big BIGINT, price DECIMAL(6, 2), rate DOUBLE,
  real_rate FLOAT,
  paid BOOLEAN, code CHAR(3), note VARCHAR(4), payload VARBINARY(3), born DATE, at_time TIME(3),
  local_ts TIMESTAMP(3), tags ARRAY<STRING NOT NULL>, sizes MAP<STRING, INT>,
  location ROW<lat DOUBLE NOT NULL, geo ROW<zone INT>>,
  ts TIMESTAMP_LTZ(3), WATERMARK FOR ts AS ts
)`);
const ts = '"ts":"2026-03-01T12:30:00Z"';

/** `code field` of the line's rejection, or "passed". */
function verdict(line: string): string {
  const { passed, rejected } = check(line, true);
  expect(passed.size + rejected.length, line).toBe(1);
  const [rejection] = rejected;
  return rejection === undefined ? "passed" : `${rejection.code} ${rejection.field ?? "-"}`;
}

/** A row that is complete but for the field. */
const withField = (member: string) => `{"id":"a",${ts},${member}}`;

describe("a row is refused with the code and the field", () => {
  test.each([
    ["no JSON at all", "hello", "row.not-json -"],
    ["a cut row", '{"id":"a"', "row.not-json -"],
    ["something behind the object", `{"id":"a",${ts}} x`, "row.not-json -"],
    ["two objects on a line", `{"id":"a",${ts}}{"id":"b",${ts}}`, "row.not-json -"],
    ["a raw control character", `{"id":"a\u0001",${ts}}`, "row.not-json -"],
    ["half a surrogate pair", `{"id":"\\ud800",${ts}}`, "row.not-json -"],
    ["a key that is no text", `{id:"a",${ts}}`, "row.not-json -"],
    ["a comma too many", `{"id":"a",${ts},}`, "row.not-json -"],
    ["broken text in a MAP", withField('"sizes":{"a":1,}'), "row.not-json -"],
    ["broken text in an ARRAY", withField('"tags":["a" "b"]'), "row.not-json -"],
    ["a number", "12", "row.not-an-object -"],
    ["an array", "[]", "row.not-an-object -"],
    ["null", "null", "row.not-an-object -"],
    ["10,000 levels", withField(`"more":${"[".repeat(10_000)}${"]".repeat(10_000)}`), "row.too-deep -"],
    ["10,000 levels, not closed", withField(`"more":${"[".repeat(10_000)}`), "row.too-deep -"],
    ["a field twice", `{"id":"a","id":"b",${ts}}`, "row.duplicate-field id"],
    ["a field twice, once with escapes", `{"id":"a","\\u0069d":"b",${ts}}`, "row.duplicate-field id"],
    ["a nested field twice", withField('"location":{"lat":1,"lat":2}'), "row.duplicate-field location.lat"],
    ["a field that is missing", `{${ts}}`, "row.missing-field id"],
    ["an empty object", "{}", "row.missing-field id"],
    ["a nested field that is missing", withField('"location":{}'), "row.missing-field location.lat"],
    ["a field that is null", `{"id":null,${ts}}`, "row.null-field id"],
    ["a nested field that is null", withField('"location":{"lat":null}'), "row.null-field location.lat"],
    ["null in an ARRAY of NOT NULL", withField('"tags":["a",null]'), "row.null-field tags"],
    ["no event time", '{"id":"a"}', "row.event-time-missing ts"],
    ["a null event time", '{"id":"a","ts":null}', "row.event-time-missing ts"],
    ["a number for a STRING", `{"id":1,${ts}}`, "row.wrong-type id"],
    ["a string for an INT", withField('"units":"1"'), "row.wrong-type units"],
    ["a fraction for an INT", withField('"units":1.5'), "row.wrong-type units"],
    ["an exponent for an INT", withField('"units":1e2'), "row.wrong-type units"],
    ["a number for a BOOLEAN", withField('"paid":1'), "row.wrong-type paid"],
    ["a string for a DOUBLE", withField('"rate":"1.5"'), "row.wrong-type rate"],
    ["a string that is no number for a DECIMAL", withField('"price":"1.5x"'), "row.wrong-type price"],
    ["an object for a STRING", `{"id":{"a":1},${ts}}`, "row.wrong-type id"],
    ["a string for a ROW", withField('"location":"here"'), "row.wrong-type location"],
    ["a nested wrong type", withField('"location":{"lat":"x"}'), "row.wrong-type location.lat"],
    [
      "one two levels down",
      withField('"location":{"lat":1,"geo":{"zone":true}}'),
      "row.wrong-type location.geo.zone",
    ],
    ["an object for an ARRAY", withField('"tags":{}'), "row.wrong-type tags"],
    ["an array for a MAP", withField('"sizes":[]'), "row.wrong-type sizes"],
    ["a wrong element", withField('"tags":["a",1]'), "row.wrong-type tags"],
    ["no base64", withField('"payload":"*"'), "row.wrong-type payload"],
    ["an INT too large", withField('"units":2147483648'), "row.number-out-of-range units"],
    ["a TINYINT too small", withField('"tiny":-129'), "row.number-out-of-range tiny"],
    ["a SMALLINT too large", withField('"small":32768'), "row.number-out-of-range small"],
    ["more than 64 bits", withField('"big":9223372036854775808'), "row.number-out-of-range big"],
    ["less than 64 bits", withField('"big":-9223372036854775809'), "row.number-out-of-range big"],
    ["20 digits", withField('"big":10000000000000000000'), "row.number-out-of-range big"],
    ["an infinite DOUBLE", withField('"rate":1e400'), "row.number-out-of-range rate"],
    ["a DOUBLE of 400 digits", withField(`"rate":${"9".repeat(400)}`), "row.number-out-of-range rate"],
    ["too many digits before the point", withField('"price":12345'), "row.decimal-digits price"],
    ["too many digits behind it", withField('"price":1.005'), "row.decimal-digits price"],
    ["too many as a string", withField('"price":"1.005"'), "row.decimal-digits price"],
    ["too many by an exponent", withField('"price":1e4'), "row.decimal-digits price"],
    ["too fine by an exponent", withField('"price":15e-3'), "row.decimal-digits price"],
    ["a date that does not exist", withField('"born":"2026-02-29"'), "row.bad-time born"],
    ["a time that does not exist", withField('"at_time":"24:00:00"'), "row.bad-time at_time"],
    ["an instant without a zone", '{"id":"a","ts":"2026-03-01T12:30:00"}', "row.bad-time ts"],
    ["a local time with a zone", withField('"local_ts":"2026-03-01T12:30:00Z"'), "row.bad-time local_ts"],
    ["a number for a time", '{"id":"a","ts":1772368200}', "row.bad-time ts"],
    ["a number for a local time", withField('"local_ts":1772368200000'), "row.bad-time local_ts"],
    ["a number for a date", withField('"born":-3'), "row.bad-time born"],
    ["a truth for a time", '{"id":"a","ts":true}', "row.wrong-type ts"],
    ["a text too long", withField('"note":"abcde"'), "row.too-long note"],
    ["pairs too many", withField(`"note":"${"\\uda00\\udc00".repeat(5)}"`), "row.too-long note"],
    ["bytes too many", withField('"payload":"AAAAAA=="'), "row.too-long payload"],
  ])("%s", (_, line, expected) => expect(verdict(line)).toBe(expected));
});

describe("a row passes with", () => {
  test.each([
    ["nulls where they are allowed", withField('"units":null,"price":null,"location":null,"tags":null')],
    ["fields that nobody knows", withField('"other":{"deep":[1,{"a":"}"}]},"x":null')],
    ["white space everywhere", `  { "id" : "a" , \t${ts.replace(":", " : ")} , "units" :\t1 }  `],
    ["keys with escapes", `{"\\u0069d":"a",${ts}}`],
    ["the ends of the whole numbers", withField('"units":-2147483648,"tiny":127,"small":-32768')],
    ["the largest BIGINT", withField('"big":9223372036854775807')],
    ["the smallest BIGINT", withField('"big":-9223372036854775808')],
    ["all digits of a DECIMAL", withField('"price":-9999.99')],
    ["trailing zeros beyond the scale", withField('"price":1.2300000')],
    ["a DECIMAL as a string", withField('"price":"1.25"')],
    ["exponents that fit", withField('"price":1.5E+3')],
    ["exponents that shift back", withField('"price":1500e-3')],
    ["zero with any exponent", withField('"price":0e999999999')],
    ["the largest DOUBLE", withField('"rate":1.7976931348623157e308')],
    ["a leap day", withField('"born":"2024-02-29"')],
    ["four characters, however they are written", withField('"note":"\\u00e9\\n日\\ud83d\\ude00"')],
    ["four pairs with an a in the first half", withField(`"note":"${"\\uda00\\udc00".repeat(4)}"`)],
    ["three bytes", withField('"payload":"AAAA"')],
    ["nested fields", withField('"location":{"geo":{"zone":1},"lat":1e0}')],
    ["empty collections", withField('"tags":[],"sizes":{}')],
  ])("%s", (_, line) => expect(verdict(line)).toBe("passed"));
});

test("the sentence shows what came and what is expected", () => {
  const message = (line: string) => check(line, true).rejected[0]!.message;
  expect(message(withField('"units":"1"'))).toBe('The field units must be INT, this is "1".');
  expect(message(withField('"big":9223372036854775808'))).toBe(
    "The field big holds 9223372036854775808, which does not fit BIGINT.",
  );
  expect(message(withField('"price":1.005'))).toBe(
    "The field price holds 1.005, which has more digits than DECIMAL(6, 2) keeps.",
  );
  expect(message(withField('"note":"abcde"'))).toBe(
    'The field note holds "abcde", which is longer than VARCHAR(4) keeps.',
  );
  expect(message(withField('"born":"2026-02-29"'))).toBe(
    'The field born holds "2026-02-29", which is not DATE like 2026-03-01.',
  );
  expect(message('{"id":x}')).toBe('Not JSON at byte 6: "x" is unexpected.');
  expect(message('  {"id":"a"')).toBe("Not JSON at byte 9: it ends too early.");
  expect(message(withField(`"more":${"[".repeat(70)}`))).toMatch(
    /^Nested deeper than 64 levels at byte \d+\.$/,
  );
});

test("a fault that is not JSON is told by its own place, not by that of the row before", () => {
  const { rejected } = check(`${withField(`"more":${"[".repeat(70)}`)}\n{"sizes":{5}}\n{\n}`, true);
  expect(rejected.map(({ index, code, message }) => [index, code, message.slice(0, 21)])).toEqual([
    [0, "row.too-deep", "Nested deeper than 64"],
    [1, "row.not-json", "Not JSON at byte 10: "],
    [2, "row.not-json", "Not JSON at byte 1: i"],
    [3, "row.not-json", 'Not JSON at byte 0: "'],
  ]);
});

test("a table of more columns than a word has bits checks each of them", () => {
  const names = Array.from({ length: 70 }, (_, index) => `c${index}`);
  const wide = bodyCheckOf(`CREATE TABLE wide (${names.map((name) => `${name} INT NOT NULL`).join(", ")})`);
  const row = (without?: string, twice?: string) => {
    const members = names.filter((name) => name !== without).concat(twice ?? []);
    return `{${members.map((name) => `"${name}":1`).join(",")}}`;
  };
  expect(wide(row()).passed.size).toBe(1);
  for (const name of names) {
    const [missing] = wide(row(name)).rejected;
    expect([missing?.code, missing?.field]).toEqual(["row.missing-field", name]);
    const [double] = wide(row(undefined, name)).rejected;
    expect([double?.code, double?.field]).toEqual(["row.duplicate-field", name]);
  }
});

test("a DECIMAL passes exactly where its value has no more digits than the type", () => {
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 6 });
  const exponent = fc.option(fc.integer({ min: -8, max: 8 }), { nil: undefined });
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.nat(99_999),
      digits,
      exponent,
      fc.boolean(),
      (minus, whole, part, e, quoted) => {
        const mantissa = `${minus ? "-" : ""}${whole}${part === "" ? "" : `.${part}`}`;
        const text = `${mantissa}${e === undefined ? "" : `e${e}`}`;
        // The value × 10^20, exact.
        const scaled = BigInt(whole + part) * 10n ** BigInt(20 - part.length + (e ?? 0));
        const fits = scaled % 10n ** 18n === 0n && scaled / 10n ** 18n < 10n ** 6n;
        const line = withField(`"price":${quoted ? `"${text}"` : text}`);
        expect(verdict(line), text).toBe(fits ? "passed" : "row.decimal-digits price");
      },
    ),
    { numRuns: 3_000 },
  );
});

describe("what is declared as not negative", () => {
  const counted = bodyCheckOf(`CREATE TABLE counted (
    n INT, price DECIMAL(6, 2), rate DOUBLE, loose INT,
    items ARRAY<ROW<n INT, loose INT>>, shelf ROW<level INT>
  ) WITH ('not-negative' = 'n, price, rate, items.n, shelf.level')`);
  test.each([
    ['{"n":-1}', "n"],
    ['{"price":-0.01}', "price"],
    ['{"price":"-3"}', "price"],
    ['{"rate":-1e-300}', "rate"],
    ['{"items":[{"n":1},{"n":-2}]}', "items.n"],
    ['{"shelf":{"level":-1}}', "shelf.level"],
  ])("%s is refused", (line, field) => {
    const [rejection] = counted(line, true).rejected;
    expect([rejection?.code, rejection?.field]).toEqual(["row.negative", field]);
  });
  test.each([
    '{"n":0,"price":0,"rate":0.5,"loose":-7,"items":[{"n":0,"loose":-1}],"shelf":{"level":2}}',
    '{"n":-0,"price":"-0.00","rate":-0e5,"items":null,"shelf":null}',
    '{"n":null,"price":null}',
  ])("%s passes", (line) => expect(counted(line, true).passed.size).toBe(1));

  test("it is told with the value", () => {
    expect(counted('{"price":"-3"}', true).rejected[0]!.message).toBe(
      'The field price holds "-3", which is below 0.',
    );
  });
});

describe("a MAP of texts is a bag of properties", () => {
  const bag = bodyCheckOf(`CREATE TABLE bag (
    labels MAP<STRING, STRING>, sure MAP<STRING, STRING NOT NULL>, short MAP<STRING, VARCHAR(4)>,
    code MAP<STRING, CHAR(4)>, counts MAP<STRING, INT>, lists MAP<STRING, ARRAY<STRING>>,
    rows_of MAP<STRING, ROW<s STRING>>, deep MAP<STRING, MAP<STRING, STRING>>,
    shelf ROW<labels MAP<STRING, STRING>, s STRING>, all_labels ARRAY<MAP<STRING, STRING>>
  )`);
  const said = (line: string) => {
    const { passed, rejected } = bag(line, true);
    expect(passed.size + rejected.length, line).toBe(1);
    const [rejection] = rejected;
    return rejection === undefined ? "passed" : `${rejection.code} ${rejection.field ?? "-"}`;
  };

  test.each([
    ["numbers, truths, texts and null", '{"labels":{"a":12.50,"b":1e3,"c":true,"d":false,"e":null,"f":"x"}}'],
    ["numbers of any length", `{"labels":{"a":-0,"b":-0.10E-05,"c":${"9".repeat(400)},"d":1e999999}}`],
    ["white space around them", '{"labels" : { "a" :\t12.5 ,"b": true } }'],
    ["numbers where nothing is null", '{"sure":{"a":1,"b":false}}'],
    ["as many characters as the type has", '{"short":{"a":1.25,"b":true,"c":"abcd"},"code":{"a":1e10}}'],
    ["numbers in a MAP in a MAP", '{"deep":{"a":{"b":7}}}'],
    ["numbers in a MAP in a ROW", '{"shelf":{"labels":{"a":7},"s":"7"}}'],
    ["numbers in a MAP in an ARRAY", '{"all_labels":[{"a":7},{"a":true}]}'],
  ])("%s pass", (_, line) => expect(said(line)).toBe("passed"));

  test.each([
    ["an object", '{"labels":{"a":{"b":1}}}', "row.wrong-type labels"],
    ["an empty object", '{"labels":{"a":{}}}', "row.wrong-type labels"],
    ["an array", '{"labels":{"a":[1]}}', "row.wrong-type labels"],
    ["null where the type is NOT NULL", '{"sure":{"a":null}}', "row.null-field sure"],
    ["a number too long", '{"short":{"a":12.50}}', "row.too-long short"],
    ["a truth too long", '{"short":{"a":false}}', "row.too-long short"],
    ["a text too long", '{"short":{"a":"abcde"}}', "row.too-long short"],
    ["a number too long for a CHAR", '{"code":{"a":12.50}}', "row.too-long code"],
    ["a text for a number", '{"counts":{"a":"1"}}', "row.wrong-type counts"],
    ["a truth for a number", '{"counts":{"a":true}}', "row.wrong-type counts"],
    ["a number for a text in an ARRAY", '{"lists":{"a":[1]}}', "row.wrong-type lists"],
    ["a number for a text in a ROW", '{"rows_of":{"a":{"s":1}}}', "row.wrong-type rows_of.s"],
    ["a number for a text beside the MAP", '{"shelf":{"s":7}}', "row.wrong-type shelf.s"],
    ["a number for the MAP itself", '{"labels":7}', "row.wrong-type labels"],
  ])("%s is refused", (_, line, expected) => expect(said(line)).toBe(expected));

  test("what is taken as a value is what JSON calls a number, a text, true, false or null", () => {
    const pieces = [...'0123456789.eE+-x"', "true", "false", "null", "fals", "tru"];
    const value = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(value, (parts) => {
        const text = parts.join("");
        expect(said(`{"labels":{"a":${text}}}`), text).toBe(isJson(text) ? "passed" : "row.not-json -");
      }),
      { numRuns: 3_000 },
    );
  });

  test("what is refused is told with the type of the MAP", () => {
    const message = (line: string) => bag(line, true).rejected[0]!.message;
    expect(message('{"labels":{"a":{"b":1}}}')).toBe(
      'The field labels must be MAP<STRING, STRING>, this is {"b":1}.',
    );
    expect(message('{"short":{"a":12.50}}')).toBe(
      "The field short holds 12.50, which is longer than MAP<STRING, VARCHAR(4)> keeps.",
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
