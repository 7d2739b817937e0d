# SMB against Samba: SMB 3.1.1, 2.0.2 and 1; files put, got, renamed, deleted; a share that is not, a wrong password; remote calls in pipes.
start_samba
start_capture smb
printf 'written by the lab\n' > "$lab/note.txt"
files() { in_client smbclient -s "$lab/smb.conf" "//$server4/files" "$@" > /dev/null 2>&1 || true; }
files -U ann%ann-secret -m SMB3 -c "put $lab/note.txt note.txt; get numbers.txt $lab/got.txt; mkdir folder; rename note.txt folder/kept.txt; get absent.txt"
files -U ann%ann-secret -m SMB2_02 -c 'del folder/kept.txt; rmdir folder'
files -U ann%ann-secret -m NT1 --option='client min protocol=NT1' -c "get numbers.txt $lab/got.txt; put $lab/note.txt old.txt; del old.txt"
files -U ann%wrong -m SMB3 -c ls
in_client smbclient -s "$lab/smb.conf" "//$server4/absent" -U ann%ann-secret -m SMB3 -c ls > /dev/null 2>&1 || true
in_client rpcclient -s "$lab/smb.conf" -U ann%ann-secret "$server4" -c 'enumdomusers; netshareenum; lsaquery' > /dev/null 2>&1 || true
stop_capture smb
