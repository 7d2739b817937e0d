# Mail: two handed over by SMTP, one with an attachment; read and listed by IMAP and POP3; a wrong password.
start_mail
start_capture mail
swaks_lab() { in_client swaks --server $server4 --ehlo pc.example.test --from bob@example.test --to ann@example.test "$@" > /dev/null; }
swaks_lab --header 'Subject: =?utf-8?q?gr=C3=BC=C3=9Fe?=' --body 'hello from the lab'
seq 1 20 > "$lab/numbers.txt"
swaks_lab --to cy@example.test --attach "@$lab/numbers.txt" --header 'Subject: numbers'
curl_lab() { in_client curl -s -u ann:ann-secret "$@" > /dev/null || true; }
curl_lab "imap://$server4/"
curl_lab "imap://$server4/INBOX" -X 'FETCH 1 BODY[]'
curl_lab "imap://$server4/INBOX" -u ann:wrong
curl_lab "pop3://$server4/"
cat > "$lab/mail.py" <<'PY'
import imaplib, poplib, sys
box = imaplib.IMAP4(sys.argv[1])
box.login('ann', 'ann-secret')
box.select('INBOX')
box.uid('FETCH', '1', '(FLAGS BODY[])')
box.logout()
door = poplib.POP3(sys.argv[1])
door.user('ann')
door.pass_('ann-secret')
door.retr(1)
door.quit()
PY
in_client /usr/bin/python3 "$lab/mail.py" $server4
stop_capture mail
