/** The events and analyses that there are. A project that is saved may bring others at any moment. */
import type { ProjectAnalyses } from "../../history/analyses/analysis.ts";

export class Analyses {
  #project: ProjectAnalyses;

  constructor(project: ProjectAnalyses) {
    this.#project = project;
  }

  get project(): ProjectAnalyses {
    return this.#project;
  }

  replace(project: ProjectAnalyses): void {
    this.#project = project;
  }
}
