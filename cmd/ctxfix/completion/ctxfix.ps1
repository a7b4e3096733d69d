# Completion of ctxfix for PowerShell. In $PROFILE:
# ctxfix completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName ctxfix -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or $_.Extent.Text -ne $wordToComplete } |
        Select-Object -Skip 1 | ForEach-Object { $_.Extent.Text })
    & $commandAst.CommandElements[0].Extent.Text __complete '--' @words "$wordToComplete" 2>$null | ForEach-Object {
        $value, $about = $_ -split "`t", 2
        if (-not $about) { $about = $value }
        $text = $value
        # What is completed stands in the line as it is: quote what a shell acts on.
        if ($value -match '[^\w./\\=,:%+~^-]') {
            $text = "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($value) + "'"
        }
        [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $about)
    }
}
