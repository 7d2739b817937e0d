# Services of the server's namespace, for the scenarios.

# start_dnsmasq [options]
start_dnsmasq() {
  in_server dnsmasq --keep-in-foreground --no-resolv --no-hosts --no-daemon --port=53 --bind-interfaces --interface=wct0 --user=root --pid-file \
    --host-record=www.example.test,$server4,$server6 --host-record=mail.example.test,$server4 --cname=web.example.test,www.example.test \
    --mx-host=example.test,mail.example.test,10 --txt-record=example.test,"v=spf1 -all","second string" \
    --srv-host=_ssh._tcp.example.test,www.example.test,22 --ptr-record=2.0.20.10.in-addr.arpa,www.example.test --local=/example.test/ \
    "$@" > /dev/null 2>&1 &
  wait_for_port 53
}

start_nginx() {
  mkdir -p "$lab/www"
  printf 'hello from the lab\n' > "$lab/www/index.html"
  seq 1 2000 > "$lab/www/numbers.txt"
  printf 'alice:%s\n' "$(openssl passwd -apr1 secret)" > "$lab/users"
  cat > "$lab/nginx.conf" <<CONF
worker_processes 1; daemon off; user root; pid $lab/nginx.pid; error_log /dev/null;
events {}
http {
  access_log off; server_tokens off; default_type text/plain; types { text/html html; text/plain txt; }
  gzip on; gzip_types text/plain; client_body_temp_path $lab/body; proxy_temp_path $lab/p; fastcgi_temp_path $lab/f; uwsgi_temp_path $lab/u; scgi_temp_path $lab/s;
  server { listen 80; listen [::]:80; listen 8080; root $lab/www;
    location /private { auth_basic lab; auth_basic_user_file $lab/users; alias $lab/www/index.html; }
    location /form { return 201 "taken\n"; }
    location /moved { return 301 /index.html; } }
  server { listen 443 ssl http2; ssl_certificate $lab/cert.pem; ssl_certificate_key $lab/key.pem; ssl_protocols TLSv1.3; root $lab/www; }
  server { listen 8443 ssl; ssl_certificate $lab/cert.pem; ssl_certificate_key $lab/key.pem; ssl_protocols TLSv1.2; root $lab/www; }
}
CONF
  in_server nginx -c "$lab/nginx.conf" -p "$lab" > /dev/null 2>&1 &
  wait_for_port 8443
}

start_sshd() {
  mkdir -p /run/sshd "$lab/ssh"
  [ -f "$lab/ssh/host" ] || ssh-keygen -q -t ed25519 -N '' -C lab -f "$lab/ssh/host"
  [ -f "$lab/ssh/user" ] || ssh-keygen -q -t ed25519 -N '' -C lab -f "$lab/ssh/user"
  cp "$lab/ssh/user.pub" "$lab/ssh/authorized"
  chmod 755 "$lab" "$lab/ssh"
  in_server "$(command -v sshd)" -D -f /dev/null -h "$lab/ssh/host" -o Port=22 -o AuthorizedKeysFile="$lab/ssh/authorized" -o StrictModes=no \
    -o PidFile=none -o UsePAM=no -o PermitRootLogin=yes > /dev/null 2>&1 &
  wait_for_port 22
}

ssh_lab() {
  in_client ssh -F none -i "$lab/ssh/user" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@$server4 "$@"
}

# OpenLDAP with one suffix, dc=example,dc=test; its administrator's password is lab-secret.
start_slapd() {
  mkdir -p "$lab/ldap"
  cat > "$lab/slapd.conf" <<CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile $lab/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile $lab/cert.pem
TLSCertificateKeyFile $lab/key.pem
database mdb
suffix dc=example,dc=test
rootdn cn=admin,dc=example,dc=test
rootpw lab-secret
directory $lab/ldap
CONF
  printf 'dn: dc=example,dc=test\nobjectClass: domain\ndc: example\n' | slapadd -f "$lab/slapd.conf" 2> /dev/null
  in_server slapd -d 0 -f "$lab/slapd.conf" -h 'ldap:///' > /dev/null 2>&1 &
  wait_for_port 389
}

# MIT's KDC of EXAMPLE.TEST with ann (preauthentication required) and host/files.example.test.
start_kdc() {
  cat > "$lab/krb5.conf" <<CONF
[libdefaults]
default_realm = EXAMPLE.TEST
dns_lookup_kdc = false
dns_canonicalize_hostname = false
udp_preference_limit = 1400
[realms]
EXAMPLE.TEST = {
  kdc = $server4
}
CONF
  cat > "$lab/kdc.conf" <<CONF
[kdcdefaults]
kdc_ports = 88
kdc_tcp_ports = 88
[realms]
EXAMPLE.TEST = {
  database_name = $lab/principal
  key_stash_file = $lab/stash
  max_renewable_life = 7d
}
CONF
  export KRB5_CONFIG="$lab/krb5.conf" KRB5_KDC_PROFILE="$lab/kdc.conf"
  kdb5_util -r EXAMPLE.TEST create -s -P lab-master > /dev/null 2>&1
  kadmin.local -q 'addprinc +requires_preauth -pw ann-secret ann' > /dev/null 2>&1
  kadmin.local -q 'addprinc -randkey host/files.example.test' > /dev/null 2>&1
  in_server krb5kdc -n > /dev/null 2>&1 &
  wait_for_port 88
}

# Samba with the share `files` and the user ann (ann-secret).
start_samba() {
  mkdir -p "$lab/files" "$lab/samba"
  seq 1 300 > "$lab/files/numbers.txt"
  chmod -R 777 "$lab/files"
  chmod 755 "$lab"
  echo 'nobody = ann' > "$lab/users.map"
  cat > "$lab/smb.conf" <<CONF
[global]
workgroup = LAB
netbios name = FILES
username map = $lab/users.map
server min protocol = NT1
client min protocol = NT1
private dir = $lab/samba
lock directory = $lab/samba
state directory = $lab/samba
cache directory = $lab/samba
pid directory = $lab/samba
ncalrpc dir = $lab/samba/ncalrpc
log level = 0
log file = $lab/samba/log
load printers = no
smb encrypt = if_required
disable netbios = no
[files]
path = $lab/files
read only = no
CONF
  printf 'ann-secret\nann-secret\n' | smbpasswd -c "$lab/smb.conf" -s -a nobody > /dev/null
  in_server smbd -F -s "$lab/smb.conf" > /dev/null 2>&1 &
  wait_for_port 445
}

# A sink for mail on port 25, and Dovecot with IMAP, POP3 and one mail of ann (ann-secret).
start_mail() {
  mkdir -p "$lab/mail/ann/new" "$lab/mail/ann/cur" "$lab/mail/ann/tmp" "$lab/dovecot"
  printf 'From: bob@example.test\r\nTo: ann@example.test\r\nSubject: lab\r\n\r\nfirst line\r\n.dot\r\n' > "$lab/mail/ann/new/1.M1.lab"
  # A second mail, with a file, where a scenario wants one.
  [ -z "${mail_with_file:-}" ] || cp "$mail_with_file" "$lab/mail/ann/new/2.M2.lab"
  chmod 755 "$lab"
  chown -R nobody:nogroup "$lab/mail"
  cat > "$lab/dovecot.conf" <<CONF
base_dir = $lab/dovecot
log_path = $lab/dovecot.log
protocols = imap pop3
listen = *
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 1
mail_location = maildir:$lab/mail/%u
passdb {
  driver = static
  args = password=ann-secret
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$lab/mail/%u
}
CONF
  in_server dovecot -F -c "$lab/dovecot.conf" > /dev/null 2>&1 &
  in_server /usr/bin/python3 -m aiosmtpd -n -l "$server4:25" -c aiosmtpd.handlers.Sink > /dev/null 2>&1 &
  wait_for_port 143
  wait_for_port 110
  wait_for_port 25
}

start_vsftpd() {
  mkdir -p "$lab/ftp/in" "$lab/ftp-empty"
  seq 1 200 > "$lab/ftp/numbers.txt"
  chmod 755 "$lab" "$lab/ftp"
  chmod 777 "$lab/ftp/in"
  cat > "$lab/vsftpd.conf" <<CONF
listen=YES
listen_address=$server4
background=NO
anonymous_enable=YES
anon_root=$lab/ftp
anon_upload_enable=YES
write_enable=YES
secure_chroot_dir=$lab/ftp-empty
seccomp_sandbox=NO
CONF
  in_server vsftpd "$lab/vsftpd.conf" > /dev/null 2>&1 &
  wait_for_port 21
}

# Redis (lab-secret), MariaDB and PostgreSQL, with the user ann (ann-secret) in both.
start_databases() {
  mkdir -p "$lab/maria" "$lab/postgres"
  chmod 755 "$lab"
  in_server redis-server --bind $server4 --port 6379 --save '' --appendonly no --requirepass lab-secret > /dev/null 2>&1 &
  mariadb-install-db --no-defaults --datadir="$lab/maria" --auth-root-authentication-method=normal --skip-test-db --user=root > /dev/null 2>&1
  in_server mariadbd --no-defaults --user=root --datadir="$lab/maria" --socket="$lab/maria.sock" --pid-file="$lab/maria.pid" --bind-address=$server4 > /dev/null 2>&1 &
  wait_for_port 3306
  mariadb --no-defaults -S "$lab/maria.sock" -u root -e "create database shop; create user ann identified by 'ann-secret'; grant all on shop.* to ann"
  chown -R nobody:nogroup "$lab/postgres"
  local bin; bin=$(echo /usr/lib/postgresql/*/bin)
  echo postgres-secret > "$lab/pg-password"
  chmod 644 "$lab/pg-password"
  setpriv --reuid=nobody --regid=nogroup --clear-groups "$bin/initdb" -D "$lab/postgres" -U postgres -A md5 --pwfile="$lab/pg-password" > /dev/null
  echo "host all all $client4/16 md5" >> "$lab/postgres/pg_hba.conf"
  in_server setpriv --reuid=nobody --regid=nogroup --clear-groups "$bin/postgres" -D "$lab/postgres" -h $server4 -k "$lab/postgres" > /dev/null 2>&1 &
  wait_for_port 5432
}

start_mosquitto() {
  printf 'listener 1883 %s\nallow_anonymous true\n' $server4 > "$lab/mosquitto.conf"
  in_server mosquitto -c "$lab/mosquitto.conf" > /dev/null 2>&1 &
  wait_for_port 1883
}

start_modbus() {
  cat > "$lab/modbus-server.py" <<'PY'
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.server import StartTcpServer
import sys
store = ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, [7] * 100), co=ModbusSequentialDataBlock(0, [True] * 100))
StartTcpServer(context=ModbusServerContext(slaves=store, single=True), address=(sys.argv[1], 502))
PY
  in_server /usr/bin/python3 "$lab/modbus-server.py" $server4 > /dev/null 2>&1 &
  wait_for_port 502
}

# A web server that packs files as their names say, and a TFTP server that may be written to.
start_files() {
  mkdir -p "$lab/web/taken" "$lab/tftp"
  local n=100
  for each in plain chunked gzip deflate br zstd; do
    seq $n 2400 > "$lab/web/$each.txt"
    n=$((n + 1))
  done
  seq 110 2400 > "$lab/tftp/usual.bin"
  seq 111 2400 > "$lab/tftp/large.bin"
  chmod -R 777 "$lab/tftp"
  chmod 755 "$lab"
  in_server /usr/bin/python3 "$here/web.py" "$lab/web" 8090 > /dev/null 2>&1 &
  in_server in.tftpd --foreground --create --secure --user nobody --address "$server4:69" "$lab/tftp" > /dev/null 2>&1 &
  wait_for_port 8090
}
