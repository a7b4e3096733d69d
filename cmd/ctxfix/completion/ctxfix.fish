# Completion of ctxfix for fish:
# ctxfix completion fish >~/.config/fish/completions/ctxfix.fish

function __ctxfix_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete -- $words[2..-1] 2>/dev/null
end

complete -c ctxfix -f -a '(__ctxfix_complete)'
