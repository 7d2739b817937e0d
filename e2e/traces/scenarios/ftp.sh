# FTP against vsftpd: a list, a file got passively and actively, one put, one that is not there.
start_vsftpd
start_capture ftp
in_client curl -s "ftp://$server4/" > /dev/null
in_client curl -s "ftp://$server4/numbers.txt" > /dev/null
in_client curl -s --disable-epsv -u anonymous:ann@example.test "ftp://$server4/numbers.txt" > /dev/null
in_client curl -s -P - "ftp://$server4/numbers.txt" > /dev/null
in_client curl -s -T "$lab/ftp/numbers.txt" "ftp://$server4/in/up.txt" > /dev/null
in_client curl -s "ftp://$server4/absent.txt" > /dev/null || true
stop_capture ftp
