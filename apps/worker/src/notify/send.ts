/** A message on its way, by the kind of its channel. */
import { createHmac } from 'node:crypto';
import type { Channel, ChatConfig, EmailConfig, SyslogConfig, WebhookConfig } from '@wirecase/contract';
import type { Config } from '@wirecase/store';
import { createTransport } from 'nodemailer';
import { guardedPost } from './guarded-post.ts';
import { writeLog } from './log-file.ts';
import { chatBody, headline, plainText, webhookBody, type Message } from './messages.ts';
import { sendSyslog } from './syslog.ts';

const MAIL_TIMEOUT_MS = 10_000;

/** Throws what went wrong, for the delivery log. `secret`: of the channel, in clear. */
export async function send(channel: Channel, secret: string | null, message: Message, config: Config): Promise<void> {
  switch (channel.kind) {
    case 'email':
      return mail(channel.config as EmailConfig, secret, message);
    case 'webhook':
      return webhook(channel.config as WebhookConfig, secret, message, config.webhookAllow);
    case 'chat':
      return guardedPost(secret ?? '', chatBody(message, (channel.config as ChatConfig).style), {}, config.webhookAllow);
    case 'syslog':
      return sendSyslog(channel.config as SyslogConfig, message);
    case 'log':
      return writeLog(config.dataDir, message);
  }
}

async function mail({ host, port, security, user, from, to }: EmailConfig, secret: string | null, message: Message): Promise<void> {
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === null ? {} : { auth: { user, pass: secret ?? '' } }),
    connectionTimeout: MAIL_TIMEOUT_MS,
    greetingTimeout: MAIL_TIMEOUT_MS,
    socketTimeout: MAIL_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const subject = headline(message);
    // A mail server that sees the same id again may drop the second one.
    await transport.sendMail({ from, to, subject, text: plainText(message), messageId: `<${message.id}@wirecase>` });
  } finally {
    transport.close();
  }
}

/** The receiver computes HMAC-SHA256 over `timestamp.body` with the key and compares; the timestamp keeps old messages from being sent again. */
async function webhook({ url }: WebhookConfig, secret: string | null, message: Message, allowed: readonly string[]): Promise<void> {
  const body = webhookBody(message);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', secret ?? '')
    .update(`${timestamp}.${body}`)
    .digest('hex');
  const headers = { 'X-Wirecase-Delivery': message.id, 'X-Wirecase-Timestamp': timestamp, 'X-Wirecase-Signature': `sha256=${signature}` };
  await guardedPost(url, body, headers, allowed);
}
