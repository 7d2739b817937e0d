/** Packets and capture files in memory: what the tests of the pure cores need, without a database behind it. */
export * from './packets.ts';
export * from './packets-capture.ts';
export * from './script.ts';
