# Completion of ctxfix for bash. In ~/.bashrc: source <(ctxfix completion bash)

_ctxfix() {
	local word last= line keep= n=-1 i
	local -a words
	# bash splits "-rules=a" at "="; put it together again.
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if ((n >= 0)) && [[ $word == = || $last == = ]]; then
			words[n]+=$word
		else
			words[++n]=$word
		fi
		last=$word
	done
	if [[ $COMP_WORDBREAKS == *=* ]]; then
		keep=${words[n]%"${words[n]##*=}"}
	fi
	COMPREPLY=()
	while IFS= read -r line; do
		line=${line%%$'\t'*}
		line=${line#"$keep"}
		# What is completed stands in the line as it is: quote what a shell acts on.
		if [[ $line == *[^[:alnum:]_./=,:@%+~^-]* ]]; then
			printf -v line %q "$line"
		fi
		COMPREPLY+=("$line")
	done < <("${COMP_WORDS[0]}" __complete -- "${words[@]}" 2>/dev/null)
	# More may follow what ends like this.
	if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/=,] ]]; then
		compopt -o nospace 2>/dev/null
	fi
}

complete -F _ctxfix ctxfix
