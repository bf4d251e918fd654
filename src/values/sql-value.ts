/**
 * A value outside a lane: boolean · number (TINYINT to INT, FLOAT, DOUBLE, DATE as days, TIME as ms of the
 * day, TIMESTAMP to precision 3 as ms, intervals) · bigint (BIGINT, DECIMAL as unscaled digits, finer
 * TIMESTAMP as µs) · string (CHAR, VARCHAR) · Uint8Array (BINARY, VARBINARY) · null. Never in a hot path.
 */
export type SqlValue = boolean | number | bigint | string | Uint8Array | null;
