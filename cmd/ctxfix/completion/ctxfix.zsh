#compdef ctxfix
# Completion of ctxfix for zsh. In ~/.zshrc, after compinit:
# source <(ctxfix completion zsh)

_ctxfix() {
	local line value
	local -a whole open
	while IFS= read -r line; do
		value=${line%%$'\t'*}
		line=${value//:/\\:}${line#"$value"}
		line=${line/$'\t'/:}
		if [[ $value == *[/=,] ]]; then
			open+=("$line") # more may follow
		else
			whole+=("$line")
		fi
	done < <("${words[1]}" __complete -- "${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)
	(($#whole)) && _describe -t ctxfix ctxfix whole
	(($#open)) && _describe -t ctxfix-open ctxfix open -S ''
}

if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
	_ctxfix "$@"
else
	compdef _ctxfix ctxfix
fi
