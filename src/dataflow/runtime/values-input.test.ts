import { expect, test } from "vitest";
import { boundProject, EngineWorld, LogWorld } from "../../../test/support/engine-world.ts";
import { scratchFolder } from "../../../test/support/scratch-folder.ts";

const { tables, views } = boundProject(`CREATE TABLE orders (id INT NOT NULL, k STRING);
  CREATE VIEW fixed AS VALUES ('fixed', 3), ('least', -9);
  CREATE MATERIALIZED VIEW seven AS SELECT 7 AS n;
  CREATE MATERIALIZED VIEW newest AS SELECT k, n FROM (
    SELECT k, n, ROW_NUMBER() OVER (ORDER BY n DESC) AS rn
    FROM (SELECT k, id AS n FROM orders UNION ALL SELECT k, n FROM fixed AS v (k, n))
  ) WHERE rn = 1;`);

const shown = (world: EngineWorld) => [world.rows("seven"), world.rows("newest")];
const seven = { n: 7, $final: true };

test("the rows of VALUES come once, before all others, also after a restart and to a later view", () => {
  const folder = scratchFolder();
  const log = new LogWorld(folder, tables, 0);
  const engine = new EngineWorld(folder, views).catchUp();
  expect(shown(engine)).toMatchObject([[seven], [{ k: "fixed", n: 3 }]]);
  log.send("orders", [
    { id: 1, k: "a" },
    { id: 5, k: "greatest" },
  ]);
  const image = engine.engine.freeze();
  expect(shown(engine.catchUp())).toMatchObject([[seven], [{ k: "greatest", n: 5 }]]);
  const restored = new EngineWorld(folder, views);
  restored.engine.restore(image);
  expect(shown(restored.catchUp())).toEqual(shown(engine));
  const joining = new EngineWorld(folder, [views[0]!]).catchUp();
  joining.add(views[1]!);
  joining.deliver();
  expect(shown(joining)).toMatchObject([[seven], [{ k: "greatest", n: 5 }]]);
});
