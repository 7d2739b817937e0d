import { field, optional, recordType } from '@wirecase/contract';

export const smtpRecord = recordType(
  'smtp',
  'SMTP',
  'One mail handed over by SMTP (RFC 5321), or one connection without a mail. Points to the packet with the last reply to it.',
  {
    helo: optional('wirecase.smtp.helo', 'keyword', 'Name by which the client greets (HELO, EHLO).', {
      label: 'HELO',
      aliases: ['helo', 'smtp.helo'],
    }),
    banner: optional('wirecase.smtp.banner', 'keyword', 'Greeting of the server.', { label: 'SMTP server' }),
    mailFrom: optional('wirecase.smtp.mail_from', 'keyword', 'Sender by the envelope (MAIL FROM); empty text for a bounce.', {
      label: 'Envelope from',
      aliases: ['mailfrom', 'smtp.mail_from'],
      indexed: true,
    }),
    recipients: field('wirecase.smtp.rcpt_to', 'keywords', 'Recipients by the envelope (RCPT TO); at most 100.', {
      label: 'Envelope to',
      aliases: ['rcptto', 'smtp.rcpt_to'],
    }),
    from: field('email.from.address', 'keywords', 'Addresses of the From header.', {
      label: 'From',
      aliases: ['email.src', 'from'],
    }),
    to: field('email.to.address', 'keywords', 'Addresses of the To header; at most 100.', { label: 'To', aliases: ['email.dst', 'to'] }),
    cc: field('email.cc.address', 'keywords', 'Addresses of the Cc header; at most 100.', { label: 'Cc', aliases: ['cc'] }),
    subject: optional('email.subject', 'text', 'Subject, encoded words decoded (RFC 2047).', { label: 'Subject', aliases: ['subject'] }),
    messageId: optional('email.message_id', 'keyword', 'Message-ID header.', { label: 'Message id', aliases: ['email.id', 'msg_id'] }),
    date: optional('wirecase.smtp.date', 'keyword', 'Date header, as sent.', { label: 'Mail date', aliases: ['date'] }),
    mailer: optional('email.x_mailer', 'keyword', 'Program that wrote the mail: X-Mailer or User-Agent header.', {
      label: 'Mailer',
      aliases: ['email.x-mailer'],
    }),
    mimeType: optional('email.content_type', 'keyword', 'Content type of the mail.', {
      label: 'Mail type',
      aliases: ['email.content-type'],
    }),
    bytes: field('wirecase.smtp.bytes', 'count', 'Bytes of the mail as sent, header and body.', { label: 'Mail bytes' }),
    replyCode: optional('wirecase.smtp.reply_code', 'integer', 'Last reply of the server that concerns the mail.', { label: 'Reply code' }),
    lastReply: optional('wirecase.smtp.last_reply', 'text', 'Text of that reply.', { label: 'Last reply', aliases: ['last_reply'] }),
    authMethod: optional('wirecase.smtp.auth_method', 'keyword', 'Method of AUTH. What is said in it is not kept.', {
      label: 'AUTH method',
    }),
    tls: field('wirecase.smtp.tls', 'boolean', 'Whether the connection went on in TLS (STARTTLS); nothing is readable from there on.', {
      label: 'STARTTLS',
      aliases: ['tls'],
    }),
  },
);
