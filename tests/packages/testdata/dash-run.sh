# $1 is the shell itself: in an empty root nothing else can be started.
printf '%s\n' one two three | while read -r word; do echo "pipe $word"; done
echo "substitution $("$1" -c 'echo of a child')"
"$1" -c 'exit 7' || echo "status $?"
read -r line <<text
here
text
echo "document $line"
( trap 'echo trapped' TERM; "$1" -c "kill -TERM \$PPID" ) 
exec "$1" -c 'echo replaced'
