/** What can be wrong with a request over HTTP or the live socket. */
export const requestErrors = {
  "request.unknown-stream": {
    status: 404,
    template: "There is no stream {stream}.",
    hint: "GET /v1/streams lists the streams.",
  },
  "request.unknown-view": {
    status: 404,
    template: "There is no view {view}.",
    hint: "GET /v1/views lists the views.",
  },
  "request.unknown-page": {
    status: 404,
    template: "There is no page {page}.",
    hint: "GET /v1/pages lists the pages; each is a file of the project's dashboards/.",
  },
  "request.view-of-others": {
    status: 400,
    template: "The view {view} does not read {stream}, and would never have taken its events.",
    hint: "Wait for a view that reads the stream, itself or through streams that queries write.",
  },
  "request.view-not-kept": {
    status: 410,
    template: "What {view} was then is not known: the journal has let rows of {stream} go.",
    hint: "Let the stream keep its rows for longer ('retention'), or ask history for its rows.",
  },
  "request.too-many-waits": {
    status: 429,
    template: "More than {limit} requests wait for a view.",
    hint: "Send without wait, or again after the seconds in Retry-After.",
  },
  "request.unknown-analysis": {
    status: 404,
    template: "There is no {kind} analysis {name}.",
    hint: "GET /v1/analyses lists the analyses of the project.",
  },
  "request.unknown-route": {
    status: 404,
    template: "There is nothing at {method} {path}.",
    hint: "The README and docs/reference/http.md name the routes.",
  },
  "request.method-not-allowed": {
    status: 405,
    template: "{path} does not take {method}.",
    hint: "It takes {allowed}.",
  },
  "request.bad-body": {
    status: 400,
    template: "The body cannot be read as {format} at byte {offset}: {problem}.",
    hint: "Send one JSON object, an array of objects, or one object a line (application/x-ndjson).",
  },
  "request.empty-body": {
    status: 400,
    template: "The body holds no event.",
    hint: "Send one JSON object, an array of objects, or one object a line.",
  },
  "request.all-rejected": {
    status: 400,
    template: "None of the {count} rows was accepted. {first}",
    hint: "`rejected` names each row; they are kept as dead letters.",
  },
  "request.body-too-large": {
    status: 413,
    template: "The body is larger than {limit} bytes.",
    hint: "Send one object a line (application/x-ndjson), several requests, or raise ingest.body-bytes-max.",
  },
  "request.unsupported-media-type": {
    status: 415,
    template: "The content type {type} is not known here.",
    hint: "Send application/json or application/x-ndjson, encoded as UTF-8.",
  },
  "request.bad-parameter": {
    status: 400,
    template: "The parameter {name} must {expected}.",
    hint: "docs/reference/http.md lists each parameter with its limits.",
  },
  "request.unknown-parameter": {
    status: 400,
    template: "{path} has no parameter {name}.",
    hint: "/docs lists those that it has.",
  },
  "request.no-row": {
    status: 404,
    template: "There is no row at {path}.",
    hint: "Its query found none: ask for something else, or later.",
  },
  "request.written-stream": {
    status: 409,
    template: "The stream {stream} is written by a query or by Quickwater itself.",
    hint: "Send events to the stream that it is derived from.",
  },
  "request.no-primary-key": {
    status: 409,
    template: "The stream {stream} has no PRIMARY KEY: its rows are events, and what happened stays.",
    hint: "Declare PRIMARY KEY (…) NOT ENFORCED on a table of which each key has one row, the latest.",
  },
  "request.no-removal-time": {
    status: 409,
    template:
      "Since when a row of {stream} is gone cannot be said: {column} is computed of more than a column.",
    hint: "Compute it with COALESCE and TO_TIMESTAMP_LTZ of columns, or declare WATERMARK FOR a column.",
  },
  "request.bad-removal": {
    status: 400,
    template: "Nothing was removed. {problem}",
    hint: "The key is a value of each PRIMARY KEY column; `at` says since when the row is gone.",
  },
  "request.backfill-open": {
    status: 409,
    template: "A backfill of {stream} is open already: {id}.",
    hint: "End it first: DELETE /v1/streams/{stream}/backfills/{id}.",
  },
  "request.no-backfill": {
    status: 404,
    template: "There is no open backfill {id} of {stream}.",
    hint: "GET /v1/streams shows the one that is open.",
  },
  "request.replay-needs-force": {
    status: 409,
    template: "The stream {stream} has no 'dedup-key': what was sent again would be there twice.",
    hint: "Declare one, look with a dry run first, or force it.",
  },
  "request.not-correctable": {
    status: 409,
    template: "The windows of {view} cannot be computed again from the rows of one stream.",
    hint: "That is there for TUMBLE, HOP and CUMULATE over a stream; others have to be made anew.",
  },
  "request.replay-running": {
    status: 409,
    template: "A replay is running.",
    hint: "Wait until it has ended.",
  },
  "request.bad-request": {
    status: 400,
    template: "The request cannot be taken: {problem}.",
    hint: "docs/reference/http.md shows each request.",
  },
  "request.too-many-rows": {
    status: 413,
    template: "The body holds more than {limit} rows.",
    hint: "Send them in several requests.",
  },
  "request.foreign-host": {
    status: 403,
    template: "The host {host} is not this machine's own name.",
    hint: "Ask http://127.0.0.1 or http://localhost; without keys nothing else is answered.",
  },
  "request.foreign-origin": {
    status: 403,
    template: "A page of {origin} may not ask here.",
    hint: "Open the server's own address, or name the page's origin in cors of quickwater.yaml.",
  },
  "request.busy": {
    status: 429,
    template: "More than {limit} bytes wait to be written.",
    hint: "Send again after the seconds in Retry-After.",
  },
  "request.too-many-bodies": {
    status: 429,
    template: "More than {limit} bytes of bodies are being received.",
    hint: "Send again after the seconds in Retry-After, or raise ingest.body-bytes-in-flight-max.",
  },
  "request.too-slow": {
    status: 408,
    template: "The request, or the next 4 MB of its lines, did not arrive within {limit} ms.",
    hint: "Send it faster or in smaller ones, or raise ingest.request-ms-max.",
  },
  "request.headers-too-large": {
    status: 431,
    template: "The headers are larger than {limit} bytes.",
    hint: "Send shorter ones.",
  },
  "request.stopping": {
    status: 503,
    template: "The server is stopping.",
    hint: "Send again after the seconds in Retry-After.",
  },
  "request.not-durable": {
    status: 503,
    template: "The log cannot be written: {reason}.",
    hint: "No event was kept that `accepted` does not count. Free the disk, then start Quickwater again.",
  },
  "live.bad-message": {
    status: 400,
    template: "The message is not of the protocol: {problem}.",
    hint: "docs/reference/live.md shows each message, metrics-socket.md beside it those of /v1/metrics.",
  },
  "live.too-many-subscriptions": {
    status: 429,
    template: "More than {limit} subscriptions on one socket.",
    hint: "Unsubscribe what is not shown, or open another socket.",
  },
  "live.too-many-clients": {
    status: 429,
    template: "More than {limit} live sockets and streams are open.",
    hint: "Come back later, and see as many views as are shown through one socket.",
  },
  "live.too-many-shapes": {
    status: 429,
    template: "More than {limit} different subscriptions are kept.",
    hint: "Subscribe with the same where and columns as others where you can, or come back later.",
  },
  "live.too-slow": {
    status: 429,
    template: "This subscriber does not read what it is sent: {problem}.",
    hint: "Read faster, subscribe to less, or with maxRate; reconnect with the last resume token.",
  },
  "live.too-many-messages": {
    status: 429,
    template: "More than {limit} messages within a second on one socket.",
    hint: "Subscribe once to each view that is shown; the server sends its changes by itself.",
  },
  "request.empty-query": {
    status: 400,
    template: "There is no statement in `sql`.",
    hint: "Send one, such as SHOW VIEWS.",
  },
  "request.several-statements": {
    status: 400,
    template: "There is more than one statement in `sql`.",
    hint: "Send them one by one.",
  },
  "request.read-only": {
    status: 400,
    template: "{statement} changes something, and only what reads is run here.",
    hint: "Tables and views stand in the project's sql folder; a time zone is given beside the statement.",
  },
  "request.query-of-outside": {
    status: 400,
    template: "The rows of {table} are kept outside, and a query is of views and streams.",
    hint: "quickwater run reads files.",
  },
  "request.query-timeout": {
    status: 400,
    template: "The query took longer than {limit} ms.",
    hint: "Read fewer rows, or raise query.run-ms-max.",
  },
  "request.replay-timeout": {
    status: 400,
    template: "The journal was not read again within {limit} ms.",
    hint: "Ask for an earlier moment, or raise query.replay-ms-max.",
  },
  "request.query-rows": {
    status: 400,
    template: "The answer has more than {limit} rows.",
    hint: "Add LIMIT, or raise query.rows-max.",
  },
  "request.query-bytes": {
    status: 400,
    template: "The answer's rows have more than {limit} bytes.",
    hint: "Select fewer columns or rows, or raise query.answer-bytes-max.",
  },
  "request.query-reads": {
    status: 400,
    template: "It reads more than {limit} rows.",
    hint: "Ask a view that has grouped them, or raise query.rows-read-max.",
  },
  "request.query-failed": {
    status: 400,
    template: "The query cannot go on: {reason}.",
    hint: "Read fewer rows, or change what is computed of them.",
  },
  "request.history-closed": {
    status: 503,
    template: "History cannot be asked now: {reason}.",
    hint: "Ask again after the seconds in Retry-After; /health says how it is.",
  },
  "request.history-query": {
    status: 400,
    template: "History cannot answer that: {reason}.",
    hint: "It is asked in the SQL of DuckDB; docs/reference/history.md names its relations.",
  },
  "request.no-history": {
    status: 409,
    template: "This server keeps no history.",
    hint: "Take `history: none` out of quickwater.yaml.",
  },
  "request.query-ended": {
    status: 503,
    template: "The query was ended before its answer.",
    hint: "Ask again; the server may be stopping.",
  },
  "request.too-many-queries": {
    status: 429,
    template: "More than {limit} queries run at the same time.",
    hint: "Ask again after the seconds in Retry-After, or raise query.at-once-max.",
  },
  "request.too-many-exports": {
    status: 429,
    template: "More than {limit} exports run at the same time.",
    hint: "Ask again after the seconds in Retry-After, or raise export.at-once-max.",
  },
  "request.export-timeout": {
    status: 400,
    template: "The export took longer than {limit} ms.",
    hint: "Export fewer rows at a time (from, to), or raise export.run-ms-max.",
  },
  "request.unknown-export": {
    status: 404,
    template: "There is no view, and no stream in history, of the name {name}.",
    hint: "GET /v1/views and GET /v1/streams list them; docs/reference/history.md says what is in history.",
  },
  "request.too-many-readings": {
    status: 429,
    template: "More than {limit} questions to the journal wait for their answer.",
    hint: "Ask again after the seconds in Retry-After.",
  },
  "request.unknown-event": {
    status: 404,
    template: "The stream {stream} has no event {id}.",
    hint: "GET /v1/streams/{stream}/events lists those that are there; old ones go by the table's retention.",
  },
  "request.internal": {
    status: 500,
    template: "Quickwater made a mistake of its own.",
    hint: "The server's log holds the details; please report it.",
  },
} as const;
