import { field, optional, recordType } from '@wirecase/contract';

export const syslogRecord = recordType('syslog', 'Syslog', 'One syslog message over UDP (RFC 3164, 5424).', {
  priority: field('log.syslog.priority', 'integer', 'Facility and severity as sent: eight times the facility, plus the severity.', {
    label: 'Priority',
  }),
  facility: field('log.syslog.facility.name', 'keyword', 'Part of the system that speaks: kern, user, mail, daemon, auth ...', {
    label: 'Facility',
    aliases: ['facility'],
  }),
  severity: field('log.syslog.severity.name', 'keyword', 'emerg, alert, crit, err, warning, notice, info or debug.', {
    label: 'Severity',
    aliases: ['severity'],
  }),
  hostname: optional('log.syslog.hostname', 'keyword', 'Host that speaks, by its own word.', { label: 'Log host', indexed: true }),
  appName: optional('log.syslog.appname', 'keyword', 'Program that speaks.', { label: 'Program' }),
  processId: optional('log.syslog.procid', 'keyword', 'Its process id, as sent.', { label: 'Process' }),
  messageId: optional('log.syslog.msgid', 'keyword', 'Type of the message (RFC 5424).', { label: 'Message type' }),
  sentAt: optional('wirecase.syslog.timestamp', 'keyword', 'Time in the message, as sent; RFC 3164 gives neither year nor zone.', {
    label: 'Log time',
  }),
  message: field('message', 'text', 'Text of the message, at most 2,048 characters.', { label: 'Message' }),
});
