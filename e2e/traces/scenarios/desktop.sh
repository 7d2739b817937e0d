# Remote Desktop against xrdp: its own encryption, TLS, a server that takes TLS only, and one that is asked for less than it takes.
start_xrdp() {
  cat > "$lab/xrdp-$1.ini" <<CONF
[Globals]
port=$2
security_layer=$1
crypt_level=high
certificate=$lab/cert.pem
key_file=$lab/key.pem
rsakeys_ini=$lab/rsakeys.ini
fork=true
bitmap_cache=true
[Logging]
LogFile=$lab/xrdp.log
EnableSyslog=false
CONF
  in_server xrdp --nodaemon --config "$lab/xrdp-$1.ini" > /dev/null 2>&1 &
  wait_for_port "$2"
}
xrdp-keygen xrdp "$lab/rsakeys.ini" > /dev/null
start_xrdp negotiate 3389
start_xrdp tls 13389
# The client wants a display even where it only logs in.
in_client Xvfb :97 -nolisten tcp -screen 0 1280x800x16 > /dev/null 2>&1 &
until [ -S /tmp/.X11-unix/X97 ]; do sleep 0.05; done
start_capture desktop
desktop_lab() { in_client env HOME="$lab" DISPLAY=:97 timeout 8 xfreerdp +auth-only /cert:ignore /u:ann /p:ann-secret "$@" > /dev/null 2>&1 || true; }
desktop_lab "/v:$server4" /sec:rdp /client-hostname:desk-1 /size:1280x800 +clipboard /drive:lab,"$lab"
desktop_lab "/v:$server4" /sec:tls /client-hostname:desk-2
desktop_lab "/v:$server4:13389" /sec:rdp
desktop_lab "/v:$server4" /load-balance-info:'tsv://MS Terminal Services Plugin.1.lab' /client-hostname:desk-3 /size:800x600 /kbd:0x407 /sec:rdp
stop_capture desktop
