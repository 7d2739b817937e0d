/**
 * What every part of Wirecase agrees on: the field catalogue's building blocks and core records, the parser and platform interfaces,
 * the REST shapes, job payloads, the error table and the text forms of values. No I/O, no dependencies; runs in Node and the browser.
 */
export * from './alert-query.ts';
export * from './api.ts';
export * from './arp.ts';
export * from './attack.ts';
export * from './capture.ts';
export * from './clearing.ts';
export * from './credential.ts';
export * from './detection.ts';
export * from './direction.ts';
export * from './error.ts';
export * from './eve.ts';
export * from './field.ts';
export * from './file.ts';
export * from './hold.ts';
export * from './incident.ts';
export * from './host.ts';
export * from './host-api.ts';
export * from './icmp.ts';
export * from './indicator.ts';
export * from './indicator-value.ts';
export * from './indicator-import.ts';
export * from './json.ts';
export * from './network.ts';
export * from './notification.ts';
export * from './platform.ts';
export * from './protocol.ts';
export * from './quality.ts';
export * from './record-type.ts';
export * from './records.ts';
export * from './schedule.ts';
export * from './sensor.ts';
export * from './stream.ts';
export * from './text.ts';
export * from './version.ts';
export * from './zone.ts';
