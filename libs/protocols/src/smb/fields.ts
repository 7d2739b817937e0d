import { field, optional, recordType } from '@wirecase/contract';

export const smbRecord = recordType(
  'smb',
  'SMB',
  'One SMB request with its response that opens, closes, renames or deletes a file, connects a share, or begins a session (MS-CIFS, MS-SMB2). Points to the packet with the response.',
  {
    version: field('smb.version', 'keyword', 'Version spoken: 1, 2.0.2, 2.1, 3.0, 3.0.2 or 3.1.1; 2 when the negotiation was not seen.', {
      label: 'SMB version',
    }),
    command: field('smb.command', 'keyword', 'negotiate, session_setup, logoff, tree_connect, create, close, rename, delete and so on.', {
      label: 'SMB command',
      aliases: ['command'],
    }),
    status: optional('smb.status', 'keyword', 'Status of the response, as STATUS_ACCESS_DENIED; its number where it has no name here.', {
      label: 'SMB status',
      aliases: ['status'],
    }),
    user: optional('wirecase.smb.user', 'keyword', 'User of the session, as NTLM or a session setup of SMB1 named it.', {
      label: 'SMB user',
      aliases: ['smb.user'],
      indexed: true,
    }),
    share: optional('smb.share', 'keyword', 'Share that is connected or used: `\\\\server\\share`.', {
      label: 'Share',
      aliases: ['path', 'smb.share_name', 'smb2.tree'],
      indexed: true,
    }),
    shareType: optional('wirecase.smb.share_type', 'keyword', 'DISK, PIPE or PRINT.', { label: 'Share type', aliases: ['share_type'] }),
    filename: optional('smb.filename', 'keyword', 'File, folder or pipe, as named from the share.', {
      label: 'SMB file',
      aliases: ['name', 'smb.fn', 'smb2.filename'],
      indexed: true,
    }),
    newName: optional('wirecase.smb.new_name', 'keyword', 'New name of a file that is renamed.', { label: 'New name' }),
    action: optional('wirecase.smb.action', 'keyword', 'What opening did: opened, created, overwritten or superseded.', {
      label: 'SMB action',
      aliases: ['action'],
    }),
    size: optional('wirecase.smb.size', 'count', 'Bytes of the file when it was opened.', { label: 'SMB file size', aliases: ['size'] }),
    isDeletedOnClose: optional('wirecase.smb.delete_on_close', 'boolean', 'Whether the file was opened to be gone when it is closed.', {
      label: 'Delete on close',
    }),
    bytesRead: optional('wirecase.smb.bytes_read', 'count', 'Bytes read from it until it was closed.', { label: 'Bytes read' }),
    bytesWritten: optional('wirecase.smb.bytes_written', 'count', 'Bytes written to it until it was closed.', { label: 'Bytes written' }),
    dialect: optional('wirecase.smb.dialect', 'keyword', 'Dialect that the server chose, by the name it was offered under.', {
      label: 'Dialect',
    }),
    dialects: field('wirecase.smb.dialects', 'keywords', 'Dialects that the client offers; at most 32.', { label: 'Dialects' }),
    isEncrypted: field('wirecase.smb.encrypted', 'boolean', 'Whether the session goes on encrypted: nothing is readable from there on.', {
      label: 'SMB encrypted',
    }),
    isGuest: optional('wirecase.smb.guest', 'boolean', 'Whether a session is that of a guest or of nobody.', { label: 'Guest' }),
    nativeOs: optional('wirecase.smb.native_os', 'keyword', 'SMB1: operating system that the sender of the session setup names.', {
      label: 'Native OS',
    }),
  },
);
