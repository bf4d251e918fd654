/**
 * The TypeScript client of a Quickwater server: for browsers and for Node 22 or newer, without
 * dependencies.
 */
export {
  type EventQuery,
  type ExplainOptions,
  type HttpOptions,
  QuickwaterHttp,
  RequestError,
  type RequestFailure,
  type SendOptions,
  type ViewQuery,
} from "./http.ts";
export {
  type ConnectionLoss,
  type ConnectionState,
  LiveConnection,
  type LiveConnectionOptions,
} from "./live-connection.ts";
export type {
  SubscribeOptions,
  Subscription,
  SubscriptionError,
  SubscriptionState,
} from "./subscription.ts";
export type { Clock, LiveSocket, LiveSocketConstructor } from "./surroundings.ts";
export type { AnyRow, ViewState } from "./view-state.ts";
