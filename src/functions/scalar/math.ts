/**
 * Functions over DOUBLE: powers, logarithms, angles. Every number is taken as a DOUBLE and the answer is one,
 * NaN or an infinity where mathematics has none, as in Java. A last digit may differ from Java's, which does
 * not promise one either.
 */
import type { SqlType } from "../../values/sql-type.ts";
import { computedFunction, double, resolveShape, takeDouble } from "./computed-function.ts";
import type { ScalarFunction, ScalarFunctionName } from "./scalar-function.ts";

const degreesPerRadian = 57.29577951308232;
const radiansPerDegree = 0.017453292519943295;

export const mathFunctions: readonly ScalarFunction[] = [
  // Flink writes SQRT as a power, so that the root of -Infinity is Infinity.
  ofDouble("SQRT", (x) => x ** 0.5),
  ofDouble("EXP", Math.exp),
  ofDouble("LN", Math.log),
  ofDouble("LOG10", Math.log10),
  ofDouble("LOG2", (x) => Math.log(x) / Math.log(2)),
  ofDouble("SIN", Math.sin),
  ofDouble("COS", Math.cos),
  ofDouble("TAN", Math.tan),
  ofDouble("COT", (x) => 1 / Math.tan(x)),
  ofDouble("ASIN", Math.asin),
  ofDouble("ACOS", Math.acos),
  ofDouble("ATAN", Math.atan),
  ofDouble("SINH", Math.sinh),
  ofDouble("COSH", Math.cosh),
  ofDouble("TANH", Math.tanh),
  ofDouble("DEGREES", (x) => x * degreesPerRadian),
  ofDouble("RADIANS", (x) => x * radiansPerDegree),
  ofTwo("POWER", (base, exponent) => base ** exponent),
  ofTwo("ATAN2", Math.atan2),
  computedFunction({
    name: "LOG",
    takes: "a number, or a base and a number",
    resolve: (given) =>
      given.length === 1
        ? resolveShape(given, { takes: [takeDouble], result: double })
        : resolveShape(given, { takes: [takeDouble, takeDouble], result: double }),
    prepare: ({ length }) =>
      length === 1 ? (x: number) => Math.log(x) : (base: number, x: number) => Math.log(x) / Math.log(base),
  }),
  constant("PI", Math.PI),
  constant("E", Math.E),
];

function ofDouble(name: ScalarFunctionName, compute: (x: number) => number): ScalarFunction {
  return computedFunction({
    name,
    takes: "a number",
    resolve: (given) => resolveShape(given, { takes: [takeDouble], result: double }),
    prepare: () => compute,
  });
}

function ofTwo(name: ScalarFunctionName, compute: (x: number, y: number) => number): ScalarFunction {
  return computedFunction({
    name,
    takes: "two numbers",
    resolve: (given) => resolveShape(given, { takes: [takeDouble, takeDouble], result: double }),
    prepare: () => compute,
  });
}

function constant(name: ScalarFunctionName, value: number): ScalarFunction {
  const result: SqlType = { kind: "DOUBLE", nullable: false };
  return computedFunction({
    name,
    takes: "nothing",
    resolve: (given) => (given.length === 0 ? { operands: [], result } : undefined),
    prepare: () => () => value,
  });
}
