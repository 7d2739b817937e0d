/** Who is told of new alerts and of what ails sensors, and how. Secrets go in and never come out. */
import { captureOrigins } from './capture.ts';
import type { SensorNotice } from './sensor.ts';
import type { Versioned } from './version.ts';

export const channelKinds = ['email', 'webhook', 'chat', 'syslog', 'log'] as const;
export type ChannelKind = (typeof channelKinds)[number];

export interface EmailConfig {
  host: string;
  port: number;
  /** `tls`: from the first byte; `starttls`: required; `none`. */
  security: 'tls' | 'starttls' | 'none';
  user: string | null;
  from: string;
  to: string[];
}
/** `secret`: key of the HMAC. */
export interface WebhookConfig {
  url: string;
}
/** The address itself is the `secret`. `text`: `{"text": …}`, for Slack, Mattermost and their like; `card`: an Adaptive Card, for Teams. */
export interface ChatConfig {
  style: 'text' | 'card';
}
export interface SyslogConfig {
  host: string;
  port: number;
  transport: 'udp' | 'tcp' | 'tls';
  format: 'cef' | 'json';
  /** PEM of the authority that signed the server's certificate; null: those of the system. */
  ca: string | null;
}
/** EVE JSON in `log/alerts.json` of the data folder. */
export type LogConfig = Record<string, never>;
export interface ChannelConfigs {
  email: EmailConfig;
  webhook: WebhookConfig;
  chat: ChatConfig;
  syslog: SyslogConfig;
  log: LogConfig;
}

/** Which alerts go there: all conditions hold; an empty list means any. */
export interface ChannelRoute {
  minSeverity: number;
  rules: string[];
  captures: string[];
  origins: (typeof captureOrigins)[number][];
  /** Whether it is told too when a sensor lags, or its triggers hold nothing more, and when that is over. */
  sensors: boolean;
}

/** POST /channels (201 Channel), PUT /channels/{id} (200 Channel) takes a `Change` of it; without `secret` a stored one stays. */
export interface ChannelRequest {
  name: string;
  kind: ChannelKind;
  enabled: boolean;
  config: ChannelConfigs[ChannelKind];
  route: ChannelRoute;
  /** Messages an hour; what is more waits and comes together. Null: no limit. */
  perHour: number | null;
  /** Minutes that alerts are gathered for one message; 0: each at once. */
  digestMinutes: number;
  /** Password, HMAC key or address, by kind. */
  secret?: string;
}
export interface Channel extends Omit<ChannelRequest, 'secret'>, Versioned {
  id: string;
  hasSecret: boolean;
  createdAt: string;
}

/** GET /channels/{id}/deliveries, newest first. POST /channels/{id}/test (202 Delivery) sends a message about no alert. */
export interface Delivery {
  id: string;
  /** Null: of a sensor, or a test. */
  alertId: string | null;
  notice: SensorNotice | null;
  /** `gone`: the alert was no longer there when its turn came. */
  state: 'pending' | 'sent' | 'failed' | 'gone';
  attempts: number;
  createdAt: string;
  nextAt: string;
  sentAt: string | null;
  error: string | null;
}

export const notifyQueue = 'notify';
/** BullMQ: what waits for the channel is due; PostgreSQL knows what it is. */
export interface NotifyJob {
  channelId: string;
}
