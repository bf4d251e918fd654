/**
 * What keeps a command or a server from running: one sentence, exit code 2 (1 where the user's input is
 * wrong).
 */
export const runErrors = {
  "run.port-in-use": {
    status: 500,
    template: "Port {port} on {host} is in use.",
    hint: "Stop what listens there, or choose another with --port.",
  },
  "run.address-unavailable": {
    status: 500,
    template: "Cannot listen on {host}:{port}: {reason}.",
    hint: "Choose an address of this machine with --host and a free port with --port.",
  },
  "run.not-loopback": {
    status: 500,
    template: "Refusing to listen on {host} without keys: anybody who reaches it could read and write.",
    hint: "Listen on 127.0.0.1 and put a proxy with sign-in before it.",
  },
  "run.data-folder": {
    status: 500,
    template: "The data folder {path} cannot be used: {reason}.",
    hint: "Choose another with --data, or give this user the right to write there.",
  },
  "run.data-folder-owned": {
    status: 500,
    template: "The data folder {path} is in use by process {pid}.",
    hint: "Stop that process, or choose another folder with --data.",
  },
  "run.other-project": {
    status: 500,
    template: "The data folder {path} holds the data of the project {other}; this one is {project}.",
    hint: "Choose another folder with --data. A project may say its earlier name in quickwater.yaml.",
  },
  "run.disk-full": {
    status: 500,
    template: "The disk that holds {path} is full.",
    hint: "Free space there; every event that was acknowledged is kept.",
  },
  "run.disk-failed": {
    status: 500,
    template: "Writing {path} failed: {reason}.",
    hint: "Every event that was acknowledged is kept; check the disk, then start again.",
  },
  "run.disk-unreadable": {
    status: 500,
    template: "Reading {path} failed: {reason}.",
    hint: "Check the disk, then start again; keep a copy of the folder before anything is repaired.",
  },
  "run.result-too-large": {
    status: 400,
    template: "The result has more than {limit} rows that may still change.",
    hint: "Write it with --format changes, or INSERT INTO a table.",
  },
  "run.step-unknown": {
    template:
      "Step {step} of the journal is of the kind {kind}, which this version of Quickwater cannot take.",
    hint: "Start the version that wrote it, or a newer one.",
    status: 500,
  },
  "run.journal-damaged": {
    status: 500,
    template: "The journal is damaged in {file} at byte {offset}: {problem}.",
    hint: "Restore the folder from a copy, or see with quickwater repair what is lost and go on without it.",
  },
  "run.keys-damaged": {
    status: 500,
    template: "The keys of earlier rows in {file} are damaged.",
    hint: "Remove the folder that it is in: the keys are read from the journal again.",
  },
  "run.journal-gap": {
    status: 500,
    template: "The journal lacks the steps {from} to {to}: {file} is not there.",
    hint: "Put the file back from a copy, or see with quickwater repair what is lost and go on without it.",
  },
  "run.rows-let-go": {
    status: 503,
    template: "Rows of {stream} were let go by its 'retention' while they were read.",
    hint: "Try again: what is not there any more is left as it is.",
  },
  "run.journal-foreign": {
    status: 500,
    template: "{file} is not a journal of this version: {problem}.",
    hint: "Choose another folder with --data, or run the version that wrote it.",
  },
  "run.checkpoint-foreign": {
    status: 500,
    template: "The checkpoint {file} cannot be taken: {problem}.",
    hint: "Run the version that wrote it, or remove {folder}: all is made of the journal again.",
  },
  "run.schema-changed": {
    status: 500,
    template: "The table {table} differs from the one in the journal: {change}.",
    hint: "Add nullable columns only, give the table a new name, or start with another --data folder.",
  },
  "run.derived-differs": {
    status: 500,
    template: "{stream} holds rows at step {step} of the journal that its query does not make: {difference}.",
    hint: "A changed INSERT INTO needs a stream of another name, or another --data folder; else tell us.",
  },
  "run.stream-stopped": {
    status: 500,
    template: "The stream {stream}, which it reads, is not written any more.",
    hint: "What stopped it is said of the stream itself.",
  },
  "run.no-project": {
    status: 400,
    template: "There is no project in {path}: {reason}.",
    hint: "A project is a folder with a sql/ folder in it; see docs/projects.md.",
  },
  "run.bad-setting": {
    status: 400,
    template: "{file}: {setting} must be {expected}, this is {found}.",
    hint: "See docs/reference/settings.md (quickwater.yaml), dashboards.md (pages), or docs/projects.md.",
  },
  "run.unknown-setting": {
    status: 400,
    template: "{file}: there is no setting {setting}.",
    hint: "See docs/reference/settings.md (quickwater.yaml), dashboards.md (pages), or docs/projects.md.",
  },
  "run.folder-used": {
    status: 400,
    template: "{path} is {what}.",
    hint: "Name a folder that is empty or not there yet: nothing is written over.",
  },
  "run.unknown-pack": {
    status: 400,
    template: "There is no pack {pack}; there are {packs}.",
    hint: "Without --pack a small project is written.",
  },
  "run.bad-twin": {
    status: 400,
    template: "{file}: {problem}.",
    hint: "A twin is one DuckDB query over tables that are named like the streams; see docs/projects.md.",
  },
  "run.export-broken": {
    status: 500,
    template: "The export broke off after {bytes} bytes: {reason}.",
    hint: "What has come is not whole. The server's log may say more; ask again, for fewer rows at a time.",
  },
  "run.bad-simulator": {
    status: 400,
    template: "{file}: {setting}: {problem}",
    hint: "docs/projects.md tells all that a simulator can say.",
  },
  "run.no-yaml": {
    status: 400,
    template: "{place} is not written as YAML is: {reason}.",
    hint: "Look for a bracket or quote that is not closed, a tab, or lines that are not below each other.",
  },
  "run.unreadable-file": {
    status: 400,
    template: "{path} cannot be read: {reason}.",
    hint: "Check the path and the rights.",
  },
  "run.unwritable-folder": {
    status: 400,
    template: "{path} cannot be written: {reason}.",
    hint: "INSERT INTO writes files into a folder; check the path and the rights.",
  },
  "run.no-server": {
    status: 500,
    template: "There is no server at {url}: {reason}.",
    hint: "Start one with quickwater start, or name another with --server.",
  },
  "run.bad-argument": {
    status: 400,
    template: "{problem}.",
    hint: "quickwater {verb} --help shows the arguments.",
  },
  "run.row-unreadable": {
    status: 400,
    template: "{file} line {line}: {reason}",
    hint: "Mend the line, or set '{option}' = 'true' on the table to leave such lines out.",
  },
  "run.stream-in-script": {
    status: 400,
    template: "{table} is a stream of a running server, which a script has none of.",
    hint: "Read a file: WITH ('connector' = 'filesystem', 'path' = 'events.json', 'format' = 'json').",
  },
  "run.empty-script": {
    status: 400,
    template: "{file} holds no statement that does anything.",
    hint: "A script creates its tables and then has SELECT, INSERT INTO or CREATE MATERIALIZED VIEW.",
  },
  "run.statement-needs-run": {
    status: 400,
    template: "A {statement} statement has no place in a project.",
    hint: "quickwater run SCRIPT.sql runs SELECT and INSERT INTO over files; a project has tables and views.",
  },
  "run.unwritable-file": {
    status: 500,
    template: "{path} cannot be written: {reason}.",
    hint: "Check the folder and the rights.",
  },
  "run.change-failed": {
    status: 400,
    template: "Nothing was changed: {name} cannot take the rows that are there already: {reason}",
    hint: "Guard the expression, for instance with NULLIF or TRY_CAST.",
  },
  "run.thread-died": {
    status: 500,
    template: "The {thread} thread ended: {reason}.",
    hint: "Start Quickwater again; every event that was acknowledged is kept.",
  },
} as const;
