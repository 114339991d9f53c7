# shellcheck shell=sh
# Proxy settings for every shell of the sandbox: the image reads this from /etc/profile.d and /etc/bash.bashrc.
# /tmp is everybody's: a file that neither root nor this user has written is nobody's settings.
# shellcheck disable=SC1091
if [ -f /tmp/nemoclaw-proxy-env.sh ] && [ -r /tmp/nemoclaw-proxy-env.sh ] && [ ! -L /tmp/nemoclaw-proxy-env.sh ]; then
  # By descriptor: what is asked about is what is read, whatever takes its name meanwhile. A link that was put
  # there in between leads to another name, and what others can have written is not as the start script left it.
  {
    case "$(readlink /proc/self/fd/9) $(stat -Lc '%u %a %h' /proc/self/fd/9 2>/dev/null)" in
      "/tmp/nemoclaw-proxy-env.sh 0 444 1" | "/tmp/nemoclaw-proxy-env.sh $(id -u) 444 1") . /proc/self/fd/9 ;;
    esac
  } 9</tmp/nemoclaw-proxy-env.sh
fi
