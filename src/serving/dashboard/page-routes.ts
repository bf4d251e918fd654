/** `GET /v1/pages`, `GET /v1/pages/{page}`: the pages of the dashboard, as the project says them. */
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyInstance } from "fastify";
import { Type } from "typebox";
import type { Pages } from "./pages.ts";

const params = Type.Object({ page: Type.String() });

export function registerPageRoutes(app: FastifyInstance, pages: Pages): void {
  const typed = app.withTypeProvider<TypeBoxTypeProvider>();
  typed.get("/v1/pages", (_request, reply) => {
    reply.header("cache-control", "no-cache");
    return pages.list();
  });
  typed.get("/v1/pages/:page", { schema: { params } }, (request, reply) => {
    reply.header("cache-control", "no-cache");
    return pages.page(request.params.page);
  });
}
