namespace CallIntel.Sdk.Ingestion.Importers.Files;

/// <summary>Reads numbers and words from the beginning of a text.</summary>
ref struct TextScanner(ReadOnlySpan<char> text)
{
    ReadOnlySpan<char> _text = text;

    internal readonly ReadOnlySpan<char> Rest => _text;

    internal bool Take(char c)
    {
        if (_text.IsEmpty || _text[0] != c)
            return false;
        _text = _text[1..];
        return true;
    }

    internal bool TakeSpaces()
    {
        int length = _text.Length;
        _text = _text.TrimStart(" \t\u00A0\u202F");
        return _text.Length < length;
    }

    /// <summary>Takes <c>AM</c> or <c>PM</c> in any case, also as <c>a.m.</c> or <c>p. m.</c></summary>
    internal bool TakeHalf(out bool isAfternoon)
    {
        TextScanner rest = this;
        isAfternoon = rest.Take('p') || rest.Take('P');
        if (!isAfternoon && !rest.Take('a') && !rest.Take('A'))
            return false;
        if (rest.Take('.'))
            rest.TakeSpaces();
        if (!rest.Take('m') && !rest.Take('M'))
            return false;
        rest.Take('.');
        if (!rest.Rest.IsEmpty && char.IsLetterOrDigit(rest.Rest[0]))
            return false;
        this = rest;
        return true;
    }

    internal readonly int CountDigits()
    {
        int digits = _text.IndexOfAnyExceptInRange('0', '9');
        return digits < 0 ? _text.Length : digits;
    }

    /// <summary>Takes a number of at least and at most so many digits.</summary>
    internal bool TakeNumber(int least, int most, out int number)
    {
        number = 0;
        int digits = Math.Min(CountDigits(), most);
        if (digits < least)
            return false;
        foreach (char digit in _text[..digits])
            number = (10 * number) + digit - '0';
        _text = _text[digits..];
        return true;
    }

    /// <summary>Takes the digits of a fraction of a second, as ticks of 100 nanoseconds.</summary>
    internal bool TakeFraction(out long ticks)
    {
        ticks = 0;
        int digits = CountDigits();
        for (int i = 0; i < 7; i++)
            ticks = (10 * ticks) + (i < digits ? _text[i] - '0' : 0);
        _text = _text[digits..];
        return digits > 0;
    }

    /// <summary>
    /// Takes a word that begins with one of these of three letters, in any case, and returns its index; -1 if there is
    /// none.
    /// </summary>
    internal int TakeWord(ReadOnlySpan<string> words)
    {
        int letters = 0;
        while (letters < _text.Length && char.IsAsciiLetter(_text[letters]))
            letters++;
        if (letters < 3)
            return -1;
        for (int i = 0; i < words.Length; i++)
            if (_text.StartsWith(words[i], StringComparison.OrdinalIgnoreCase))
            {
                _text = _text[letters..];
                Take('.');
                return i;
            }
        return -1;
    }
}
