# Files by every protocol that carries them, each of other content; files.sha256 says what the programs at the ends really had.
start_files
start_vsftpd
start_samba
mail_with_file="$lab/attached.eml"
{
  printf 'From: bob@example.test\r\nTo: ann@example.test\r\nSubject: attached\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=lab\r\n\r\n'
  printf -- '--lab\r\nContent-Type: text/plain\r\n\r\n.a line with a point\r\n--lab\r\nContent-Type: text/plain; name=kept.txt\r\n'
  printf 'Content-Disposition: attachment; filename=kept.txt\r\nContent-Transfer-Encoding: base64\r\n\r\n'
  seq 30 900 | base64 | sed 's/$/\r/'
  printf -- '--lab--\r\n'
} > "$mail_with_file"
start_mail
unset mail_with_file
sums="$here/files.sha256"
: > "$sums"
# note PROTOCOL DIRECTION FILE [NAME]: the digest of what an end of the transfer has.
note() { printf '%s %s %s %s\n' "$1" "$2" "$(sha256sum < "$3" | cut -d' ' -f1)" "${4:-$(basename "$3")}" >> "$sums"; }
# make NAME FROM TO: a file of numbers.
make() { mkdir -p "$lab/made"; seq "$2" "$3" > "$lab/made/$1"; printf '%s' "$lab/made/$1"; }
got="$lab/got"; mkdir -p "$got"
web=http://$server4:8090
start_capture files

# HTTP: plain, chunked, three codings, a range, put, posted, two files in a form.
for each in plain chunked gzip deflate br zstd; do
  in_client curl -s --output "$got/$each.txt" -H "Accept-Encoding: $each" --raw "$web/$each.txt" > /dev/null
  note http to-originator "$lab/web/$each.txt"
done
in_client curl -s -r 100-199 -o "$got/part" "$web/plain.txt"
in_client curl -s -T "$(make put.txt 1 2000)" "$web/put.txt"
note http to-responder "$lab/web/taken/put.txt"
in_client curl -s -H 'Content-Type: application/octet-stream' --data-binary "@$(make posted.bin 2 2000)" "$web/posted.bin"
note http to-responder "$lab/web/taken/posted.bin" -
in_client curl -s -F "text=a field" -F "first=@$(make 'first form.txt' 3 2000)" -F "second=@$(make second.bin 4 900);type=image/png;filename=grün.png" "$web/form"
note http to-responder "$lab/made/first form.txt"
note http to-responder "$lab/made/second.bin" grün.png

# FTP: got and put, passively and actively.
cp "$(make passive.txt 5 2000)" "$lab/ftp/passive.txt"; cp "$(make active.txt 6 2000)" "$lab/ftp/active.txt"
in_client curl -s -o "$got/passive.txt" "ftp://$server4/passive.txt"
note ftp to-originator "$got/passive.txt"
in_client curl -s -P - -o "$got/active.txt" "ftp://$server4/active.txt"
note ftp to-responder "$got/active.txt"
in_client curl -s -T "$(make ftp-up.txt 7 2000)" "ftp://$server4/in/ftp-up.txt"
note ftp to-responder "$lab/ftp/in/ftp-up.txt"
in_client curl -s -P - -T "$(make ftp-active-up.txt 8 2000)" "ftp://$server4/in/ftp-active-up.txt"
note ftp to-originator "$lab/ftp/in/ftp-active-up.txt"

# TFTP: in usual blocks, in larger ones, and put. The server begins the flow that carries the blocks, so what it sends goes to the responder.
in_client bash -c "cd $got && tftp -m binary $server4 -c get usual.bin" > /dev/null
note tftp to-responder "$got/usual.bin"
in_client curl -s --tftp-blksize 1428 -o "$got/large.bin" "tftp://$server4/large.bin"
note tftp to-responder "$got/large.bin"
in_client bash -c "cd $lab/made && tftp -m binary $server4 -c put $(basename "$(make tftp-up.bin 9 2000)")" > /dev/null
note tftp to-originator "$lab/tftp/tftp-up.bin"

# SMB 3.1.1, 2.0.2 and 1.
files() { in_client smbclient -s "$lab/smb.conf" "//$server4/files" -U ann%ann-secret "$@" > /dev/null 2>&1; }
n=10
for dialect in SMB3 SMB2_02 NT1; do
  seq $n 4000 > "$lab/files/get-$dialect.txt"
  make "put-$dialect.txt" $((n + 1)) 4000 > /dev/null
  files -m $dialect --option='client min protocol=NT1' -c "get get-$dialect.txt $got/get-$dialect.txt; put $lab/made/put-$dialect.txt put-$dialect.txt"
  note smb to-originator "$got/get-$dialect.txt"
  note smb to-responder "$lab/files/put-$dialect.txt"
  n=$((n + 2))
done

# Mail: attachments of SMTP, and a mail with one fetched by IMAP and POP3.
in_client swaks --server $server4 --from bob@example.test --to ann@example.test --header 'Subject: files' --body 'see the files' \
  --attach-type text/csv --attach-name 'größe.csv' --attach "@$(make size.csv 20 900)" --attach-type image/png --attach "@$(make picture.png 21 900)" > /dev/null
note smtp to-responder "$lab/made/size.csv" größe.csv
note smtp to-responder "$lab/made/picture.png"
cat > "$lab/fetch.py" <<'PY'
import imaplib, poplib, sys, email, hashlib
def attached(raw):
    return next(part.get_payload(decode=True) for part in email.message_from_bytes(raw).walk() if part.get_filename())
def note(protocol, raw, name):
    print(protocol, 'to-originator', hashlib.sha256(raw).hexdigest(), name)
box = imaplib.IMAP4(sys.argv[1])
box.login('ann', 'ann-secret')
box.select('INBOX')
mail = next(data for data in (box.fetch(number, '(RFC822)')[1][0][1] for number in box.search(None, 'SUBJECT', 'attached')[1][0].split()))
note('imap', mail, '-')
note('imap', attached(mail), 'kept.txt')
box.append('INBOX', None, None, b'Subject: kept\r\n\r\nby append\r\n')
print('imap', 'to-responder', hashlib.sha256(b'Subject: kept\r\n\r\nby append\r\n').hexdigest(), '-')
box.logout()
door = poplib.POP3(sys.argv[1])
door.user('ann')
door.pass_('ann-secret')
for number in range(1, door.stat()[0] + 1):
    raw = b'\r\n'.join(door.retr(number)[1]) + b'\r\n'
    note('pop3', raw, '-')
    if b'kept.txt' in raw:
        note('pop3', attached(raw), 'kept.txt')
door.quit()
PY
in_client /usr/bin/python3 "$lab/fetch.py" $server4 >> "$sums"
stop_capture files
