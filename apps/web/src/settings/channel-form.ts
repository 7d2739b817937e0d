/** The form of a channel: text as it is typed, and the request it makes. */
import type {
  Change,
  Channel,
  ChannelKind,
  ChannelRequest,
  ChatConfig,
  EmailConfig,
  SyslogConfig,
  WebhookConfig,
} from '@wirecase/contract';

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

/** Of a channel that is changed, captures and origins stay: the form does not have them. */
export function requestOf(form: ChannelForm, changed?: Channel): ChannelRequest {
  const { name, kind, enabled, secret } = form;
  return {
    name,
    kind,
    enabled,
    config: configOf(form),
    route: {
      ...{ minSeverity: form.minSeverity, rules: list(form.rules), sensors: form.sensors },
      ...{ captures: changed?.route.captures ?? [], origins: changed?.route.origins ?? [] },
    },
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

/** A stored channel in the form; its secret is not known here. */
export function formOf({ name, kind, enabled, config, route, perHour, digestMinutes }: Channel): ChannelForm {
  const { to, port, ca, user, ...texts } = { to: [], port: null, ca: null, user: null, ...config } as Partial<EmailConfig & SyslogConfig>;
  return {
    ...emptyForm,
    ...{ name, kind, enabled, minSeverity: route.minSeverity, rules: route.rules.join(', '), sensors: route.sensors },
    ...{ perHour: perHour === null ? '' : String(perHour), digestMinutes: String(digestMinutes) },
    ...texts,
    ...{ to: to?.join(', ') ?? '', port: String(port ?? emptyForm.port), ca: ca ?? '', user: user ?? '' },
  };
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
export function switched(channel: Channel, enabled: boolean): Change<ChannelRequest> {
  const { name, kind, config, route, perHour, digestMinutes, version } = channel;
  return { name, kind, config, route, perHour, digestMinutes, enabled, version };
}
