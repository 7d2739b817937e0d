# VNC: TigerVNC with and without a password, with user and password in clear and within TLS; x11vnc, at which passwords are guessed; TightVNC.
printf 'lab-pass\n' | tigervncpasswd -f > "$lab/vnc-password"
display=60
start_vnc() {
  display=$((display + 1))
  in_server env HOME="$lab" "$2" ":$display" -rfbport "$1" -geometry 48x32 -depth 16 "${@:3}" > "$lab/vnc-$1.log" 2>&1 &
  wait_for_port "$1"
}
start_vnc 5900 Xtigervnc -SecurityTypes VncAuth -PasswordFile "$lab/vnc-password" -desktop 'lab (ann)'
start_vnc 5901 Xtigervnc -SecurityTypes None -desktop 'open to all'
start_vnc 5902 Xtigervnc -SecurityTypes TLSVnc,Plain -PasswordFile "$lab/vnc-password" -PlainUsers '*' -pam_service none
start_vnc 5903 Xtightvnc -rfbauth "$lab/vnc-password" -desktop tight
in_server env HOME="$lab" x11vnc -display :62 -rfbport 5904 -rfbauth "$lab/vnc-password" -desktop shared -forever -shared -noxdamage -q > "$lab/x11vnc.log" 2>&1 &
wait_for_port 5904
in_client Xvfb :69 -nolisten tcp > /dev/null 2>&1 &
until [ -S /tmp/.X11-unix/X69 ]; do sleep 0.05; done
printf 'guess%d\n' 1 2 3 4 5 6 7 8 > "$lab/vnc-words"
vnc_lab() { in_client env HOME="$lab" DISPLAY=:69 VNC_USERNAME=ann VNC_PASSWORD="$1" timeout 4 "${@:2}" > /dev/null 2>&1 || true; }
start_capture vnc
vnc_lab lab-pass xtigervncviewer $server4::5900
vnc_lab wrong xtigervncviewer $server4::5900
vnc_lab '' xtigervncviewer -Shared $server4::5901
vnc_lab wrong xtigervncviewer -SecurityTypes Plain $server4::5902
vnc_lab lab-pass xtigervncviewer -SecurityTypes TLSVnc $server4::5902
vnc_lab '' xtightvncviewer -passwd "$lab/vnc-password" $server4::5903
vnc_lab '' vncsnapshot -quiet -passwd "$lab/vnc-password" $server4::5904 "$lab/vnc.jpg"
in_client hydra -I -t 2 -s 5904 -P "$lab/vnc-words" vnc://$server4 > /dev/null 2>&1 || true
stop_capture vnc
