/** What health and metrics tell of history. */
export interface HistoryFigures {
  readonly state: {
    readonly position: number;
    readonly seen: number;
    readonly rowsAdded: number;
    readonly hotBytes: number;
    readonly coldBytes: number;
    readonly coldFiles: number;
    readonly problem: string | undefined;
  };
}
