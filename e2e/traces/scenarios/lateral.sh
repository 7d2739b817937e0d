# Administrative shares of six hosts (addresses of one Samba), users and groups and shares asked for, a file written to ADMIN$ and a service
# begun. Another client, the third, uses an ordinary share and asks one question.
start_samba
# Only its administrator may begin a service.
printf 'lab-secret\nlab-secret\n' | smbpasswd -c "$lab/smb.conf" -s -a root > /dev/null
printf '[ADMIN$]\npath = %s/files\nread only = no\n[C$]\npath = %s/files\nread only = no\n' "$lab" "$lab" >> "$lab/smb.conf"
for host in 11 12 13 14 15; do ip -n $server address add 10.20.0.$host/16 dev wct0; done
open_third
printf 'written by the lab\n' > "$lab/tool.txt"
account=ann%ann-secret
start_capture lateral
in_third smbclient -s "$lab/smb.conf" "//$server4/files" -U $account -c "get numbers.txt $lab/got.txt" > /dev/null 2>&1 || true
in_third rpcclient -s "$lab/smb.conf" -U $account $server4 -c 'netshareenum' > /dev/null 2>&1 || true
for host in 2 11 12 13 14 15; do
  in_client smbclient -s "$lab/smb.conf" "//10.20.0.$host/C\$" -U $account -c ls > /dev/null 2>&1 || true
done
in_client rpcclient -s "$lab/smb.conf" -U $account $server4 -c 'enumdomains; enumdomusers; enumdomgroups; querydispinfo; netshareenum; netsessenum; netconnenum' > /dev/null 2>&1 || true
in_client smbclient -s "$lab/smb.conf" "//$server4/ADMIN\$" -U root%lab-secret -c "put $lab/tool.txt tool.exe" > /dev/null 2>&1 || true
in_client net -s "$lab/smb.conf" -U root%lab-secret -S $server4 rpc service start Spooler > /dev/null 2>&1 || true
stop_capture lateral
close_third
for host in 11 12 13 14 15; do ip -n $server address del 10.20.0.$host/16 dev wct0; done
