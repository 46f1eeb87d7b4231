namespace Isthmus.Reporting.Experiments;

/// <summary>The settings that a sweep varies, each with its values; every combination is trained with every seed.</summary>
/// <param name="Values">Setting to values, in the order given.</param>
/// <param name="Seeds">Random seeds for weights, shuffling and noise.</param>
public sealed record SweepGrid(IReadOnlyList<KeyValuePair<string, string[]>> Values, IReadOnlyList<int> Seeds)
{
    /// <summary>Reads <c>beta=0.1,0.5,1,4</c>, one text a setting.</summary>
    /// <exception cref="InvalidInputException">No such text, a value or a setting twice, or nothing to vary.</exception>
    public static SweepGrid Parse(IReadOnlyList<string> texts, IReadOnlyList<int> seeds)
    {
        List<KeyValuePair<string, string[]>> values = [];
        foreach (var text in texts)
        {
            if (text.Split('=', 2) is not [{ Length: > 0 } key, { Length: > 0 } list] || list.Split(',') is var parts && parts.Any(part => part.Length == 0))
                throw new InvalidInputException(
                    $"{OptionNames.Varied} {text}",
                    "is no setting with its values",
                    $"write key=value,value,..., such as beta=0.1,0.5,1,4; a setting that is the same in all runs goes to {OptionNames.Fixed}",
                    OptionNames.Varied
                );
            if (parts.GroupBy(part => part).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new InvalidInputException($"{OptionNames.Varied} {text}", $"has {twice.Key} twice", "give each value once", OptionNames.Varied);
            if (values.Any(other => other.Key == key))
                throw new InvalidInputException($"Setting {OptionNames.Key(key)}", "is given twice", "give all its values at once", OptionNames.Varied);
            values.Add(new(key, parts));
        }
        return values.Count > 0 || seeds.Count > 1
            ? new(values, seeds)
            : throw new InvalidInputException(
                "A sweep",
                "needs something to vary",
                $"give {OptionNames.Varied} key=value,value or 2 or more {OptionNames.Seeds}, or train one model",
                OptionNames.Varied
            );
    }

    /// <summary>Returns every run, the first setting slowest and the seeds fastest.</summary>
    public IReadOnlyList<SweepPoint> Points()
    {
        IEnumerable<KeyValuePair<string, string>[]> combinations =
        [
            [],
        ];
        foreach (var (key, values) in Values)
            combinations = combinations.SelectMany(earlier => values.Select(value => (KeyValuePair<string, string>[])[.. earlier, new(key, value)]));
        return [.. combinations.SelectMany(settings => Seeds.Select(seed => new SweepPoint(settings, seed)))];
    }
}

/// <summary>One run of a sweep.</summary>
/// <param name="Settings">Settings that the sweep varies, with their values in this run.</param>
/// <param name="Seed">Random seed of the run.</param>
public sealed record SweepPoint(IReadOnlyList<KeyValuePair<string, string>> Settings, int Seed)
{
    /// <summary>Name of its folder: <c>beta-0.5-seed-2</c>.</summary>
    public string Name =>
        string.Join(
            '-',
            [
                .. Settings.Select(setting =>
                    $"{setting.Key}-{string.Concat(setting.Value.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'))}"
                ),
                $"seed-{Seed}",
            ]
        );

    /// <summary>Settings for display: <c>beta=0.5</c>.</summary>
    public string Words => string.Join(' ', Settings.Select(setting => $"{setting.Key}={setting.Value}"));
}
