/** A project's SQL as one script, its files in their order. */
import type { Project } from "../project/read-project.ts";

export function sqlOf(project: Project): string {
  return project.sql.map((file) => file.text).join("\n;\n");
}
