# Programs from a server outside the network by HTTP: one for Linux and one for Windows under their names, the same as a picture; and a text.
open_outside
start_nginx
printf '.globl _start\n_start: mov $60, %%eax\n xor %%edi, %%edi\n syscall\n.section .rodata\n.ascii "a program of the lab"\n' > "$lab/program.s"
as -o "$lab/program.o" "$lab/program.s"
ld -o "$lab/www/program" "$lab/program.o"
objcopy --target=pei-x86-64 "$lab/www/program" "$lab/www/setup.exe"
printf '.globl _start\n_start: mov $60, %%eax\n mov $1, %%edi\n syscall\n' > "$lab/other.s"
as -o "$lab/other.o" "$lab/other.s"
ld -o "$lab/www/holiday.jpg" "$lab/other.o"
sed -i 's|text/plain txt;|text/plain txt; image/jpeg jpg; application/octet-stream exe;|' "$lab/nginx.conf"
in_server nginx -c "$lab/nginx.conf" -p "$lab" -s reload
start_capture programs
for name in index.html program setup.exe holiday.jpg program; do in_client curl -s -o /dev/null "http://$outside4/$name"; done
in_client curl -s -o /dev/null "http://$server4/program"
stop_capture programs
close_outside
