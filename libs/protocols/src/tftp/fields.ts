import { field, optional, recordType } from '@wirecase/contract';

export const tftpRecord = recordType(
  'tftp',
  'TFTP',
  'One request to read or write a file by TFTP (RFC 1350). The file itself goes by other ports, so in another flow of the protocol tftp.',
  {
    operation: field('wirecase.tftp.operation', 'keyword', 'read or write.', { label: 'TFTP operation', aliases: ['tftp.opcode'] }),
    filename: field('wirecase.tftp.filename', 'keyword', 'File, as asked for.', {
      label: 'TFTP file',
      aliases: ['fname', 'tftp.source_file', 'tftp.destination_file'],
      indexed: true,
    }),
    mode: field('wirecase.tftp.mode', 'keyword', 'octet, netascii or mail.', {
      label: 'TFTP mode',
      aliases: ['mode'],
      tshark: 'tftp.type',
    }),
    options: field('wirecase.tftp.options', 'keywords', 'Options asked for, as `blksize=1432` (RFC 2347); at most 16.', {
      label: 'TFTP options',
    }),
    size: optional('wirecase.tftp.size', 'count', 'Size that a write announces (RFC 2349), bytes.', { label: 'TFTP size' }),
  },
);
