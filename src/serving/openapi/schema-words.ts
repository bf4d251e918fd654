/** The few words of JSON Schema that the wire is described with. */
import { type TProperties, type TSchema, Type } from "typebox";

export const text = (description: string) => Type.String({ description });
export const count = (description: string) => Type.Integer({ minimum: 0, description });
export const instant = (description: string) => Type.String({ format: "date-time", description });
export const yes = (description: string) => Type.Boolean({ description });
export const milliseconds = (description: string) => Type.Number({ minimum: 0, description });
export const list = (items: TSchema, description: string) => Type.Array(items, { description });
export const orNull = (schema: TSchema) => Type.Union([schema, Type.Null()]);

/** Nothing is there beside what is named. */
export const exactly = <Properties extends TProperties>(properties: Properties, description: string) =>
  Type.Object(properties, { additionalProperties: false, description });

/** A component of `components.ts`, by its name. */
export const ref = (name: string): TSchema => Type.Unsafe({ $ref: `#/components/schemas/${name}` });
