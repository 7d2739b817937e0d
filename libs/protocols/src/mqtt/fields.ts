import { field, optional, recordType } from '@wirecase/contract';

export const mqttRecord = recordType(
  'mqtt',
  'MQTT',
  'One MQTT message of weight (3.1.1, 5.0): a connection with its answer, a publication, a subscription, an end. Points to the packet with it, or with its answer.',
  {
    type: field('wirecase.mqtt.type', 'keyword', 'connect, publish, subscribe, unsubscribe or disconnect.', { label: 'MQTT message' }),
    clientId: optional('wirecase.mqtt.client_id', 'keyword', 'Name that the client gives itself.', {
      label: 'MQTT client',
      aliases: ['client_id', 'mqtt.clientid'],
      tshark: 'mqtt.clientid',
      indexed: true,
    }),
    version: optional('wirecase.mqtt.version', 'keyword', 'Version of the protocol: 3.1, 3.1.1 or 5.0.', {
      label: 'MQTT version',
      aliases: ['proto_version'],
    }),
    user: optional('wirecase.mqtt.user', 'keyword', 'User name of the connection.', {
      label: 'MQTT user',
      aliases: ['mqtt.username'],
      tshark: 'mqtt.username',
      indexed: true,
    }),
    hasPassword: optional('wirecase.mqtt.password_in_clear', 'boolean', 'Whether a password was sent; it is not kept.', {
      label: 'Password in clear',
    }),
    willTopic: optional('wirecase.mqtt.will_topic', 'keyword', 'Topic to which the server writes when the client is lost.', {
      label: 'Will topic',
      aliases: ['will_topic'],
    }),
    topics: field('wirecase.mqtt.topics', 'keywords', 'Topic published to, or topics subscribed to; at most 64.', {
      label: 'Topics',
      aliases: ['topic', 'topics', 'mqtt.topic'],
      tshark: 'mqtt.topic',
    }),
    qos: optional('wirecase.mqtt.qos', 'integer', 'Quality of service of a publication, 0 to 2.', { label: 'QoS', aliases: ['qos'] }),
    isRetained: optional('wirecase.mqtt.retain', 'boolean', 'Whether the server keeps the publication for later subscribers.', {
      label: 'Retained',
      aliases: ['retain'],
    }),
    payloadBytes: optional('wirecase.mqtt.payload_bytes', 'count', 'Bytes published.', { label: 'MQTT bytes', aliases: ['payload_len'] }),
    reasonCode: optional('wirecase.mqtt.reason_code', 'integer', 'Answer to a connection: 0 is accepted, 5 and 135 not authorized.', {
      label: 'MQTT reason',
    }),
  },
);
