/**
 * "Run this with the pinned Node", set up before where that is needed:
 *
 *     node scripts/pinned.js node_modules/typescript/bin/tsc -p tsconfig.json
 */
import { runPinned } from "./project.js";
import { setUpOrExit } from "./setup.js";

await setUpOrExit({ dashboard: false });
process.exitCode = runPinned(process.argv.slice(2));
