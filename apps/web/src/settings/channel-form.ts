/** The form of a channel: text as it is typed, and the request it makes. */
import type { Channel, ChannelKind, ChannelRequest, ChatConfig, EmailConfig, SyslogConfig, WebhookConfig } from '@wirecase/contract';

export interface ChannelForm {
  name: string;
  kind: ChannelKind;
  enabled: boolean;
  minSeverity: number;
  rules: string;
  perHour: string;
  digestMinutes: string;
  sensors: boolean;
  secret: string;
  host: string;
  port: string;
  security: EmailConfig['security'];
  user: string;
  from: string;
  to: string;
  url: string;
  transport: SyslogConfig['transport'];
  format: SyslogConfig['format'];
  ca: string;
  style: ChatConfig['style'];
}

export const kindWords: Record<ChannelKind, string> = {
  email: 'E-mail',
  webhook: 'Webhook',
  chat: 'Chat (Slack, Mattermost, Teams)',
  syslog: 'Syslog',
  log: 'Log file',
};

export const secretWords: Record<ChannelKind, string | null> = {
  email: 'Password',
  webhook: 'Key of the signature',
  chat: 'Address of the incoming webhook',
  syslog: null,
  log: null,
};

export const emptyForm: ChannelForm = {
  name: '',
  kind: 'email',
  enabled: true,
  minSeverity: 40,
  rules: '',
  perHour: '',
  digestMinutes: '0',
  sensors: true,
  secret: '',
  host: '',
  port: '25',
  security: 'starttls',
  user: '',
  from: '',
  to: '',
  url: '',
  transport: 'udp',
  format: 'cef',
  ca: '',
  style: 'text',
};

const list = (text: string) => text.split(/[\s,]+/).filter(Boolean);

export function requestOf(form: ChannelForm): ChannelRequest {
  const { name, kind, enabled, secret } = form;
  return {
    name,
    kind,
    enabled,
    config: configOf(form),
    route: { minSeverity: form.minSeverity, rules: list(form.rules), captures: [], origins: [], sensors: form.sensors },
    perHour: form.perHour.trim() === '' ? null : Number(form.perHour),
    digestMinutes: Number(form.digestMinutes || 0),
    ...(secret === '' || secretWords[kind] === null ? {} : { secret }),
  };
}

function configOf(form: ChannelForm): ChannelRequest['config'] {
  const { host, security, from, url, transport, format, ca } = form;
  const port = Number(form.port);
  switch (form.kind) {
    case 'email':
      return { host, port, security, user: form.user.trim() === '' ? null : form.user, from, to: list(form.to) };
    case 'webhook':
      return { url };
    case 'syslog':
      return { host, port, transport, format, ca: ca.trim() === '' ? null : ca };
    case 'chat':
      return { style: form.style };
    case 'log':
      return {};
  }
}

/** Where a channel leads, in a line. */
export function whereText({ kind, config }: Channel): string {
  if (kind === 'email') return (config as EmailConfig).to.join(', ');
  if (kind === 'webhook') return (config as WebhookConfig).url;
  if (kind === 'syslog') {
    const { transport, host, port, format } = config as SyslogConfig;
    return `${transport} ${host}:${port}, ${format}`;
  }
  return kind === 'log' ? 'log/alerts.json' : 'the address given';
}

/** The stored channel as a request again, switched on or off; its secret stays. */
export function switched({ name, kind, config, route, perHour, digestMinutes }: Channel, enabled: boolean): ChannelRequest {
  return { name, kind, config, route, perHour, digestMinutes, enabled };
}
