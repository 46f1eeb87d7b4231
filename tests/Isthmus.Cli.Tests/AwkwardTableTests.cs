namespace Isthmus.Tests.Verbs;

/// <summary>Tables as people have them, through train and what follows it.</summary>
public sealed class AwkwardTableTests : IDisposable
{
    private readonly Terminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void A_stray_quote_moves_no_cell()
    {
        Train(
            "inch",
            "age,note,score",
            Enumerable.Range(0, 80).Select(i => $"{20 + i % 9},{new[] { "cable", "3\" disk", "5\" disk", "disk" }[i % 4]},{i % 7}.{i % 10}")
        );
        const string Holes = "age,note,score\n,cable,0.1\n31,5\" disk,0.3\n32,\"a \"\"big\"\" disk\",\n";
        File.WriteAllText(_terminal.File("holes.csv"), Holes);
        _terminal.Done("impute {holes.csv} -m {inch} -o {full.csv}");
        Assert.Matches(
            "^age,note,score\n[0-9]+,cable,0.1\n31,5\" disk,0.3\n32,\"a \"\"big\"\" disk\",[0-9]\\.[0-9]\n$",
            File.ReadAllText(_terminal.File("full.csv"))
        );
    }

    [Fact]
    public void A_wild_cell_blinds_no_column()
    {
        var random = new Random(1);
        Train(
            "wild",
            "temp,load",
            Enumerable
                .Range(0, 300)
                .Select(i =>
                {
                    var temperature =
                        i is 20 ? 1_000_000
                        : i is 250 ? -300_000
                        : 20 + 4 * (random.NextDouble() + random.NextDouble() - 1);
                    return FormattableString.Invariant($"{temperature:F1},{50 + 10 * random.NextDouble():F1}");
                })
        );
        File.WriteAllText(_terminal.File("new.csv"), "temp,load\n20.0,55.0\n60.0,55.0\n200.0,55.0\n20.0,120.0\n");
        var json = _terminal.Json("score {new.csv} -m {wild} --score neighbour");
        Assert.Equal(
            [2, 3, 4],
            json.GetProperty("most_surprising")
                .EnumerateArray()
                .Select(row => (Row: row.GetProperty("row").GetInt32(), P: row.GetProperty("p_value").GetDouble()))
                .Where(row => row.P < 0.05)
                .Select(row => row.Row)
                .Order()
        );
    }

    [Fact]
    public void A_constant_column_costs_nothing_wild()
    {
        Train("const", "rate,v", Enumerable.Range(0, 125).Select(i => FormattableString.Invariant($"19.99,{i * 37 % 61 / 10.0:F1}")));
        _terminal.Done("sample -m {const} -n 20 -o {made.csv}");
        Assert.All(File.ReadAllLines(_terminal.File("made.csv")).Skip(1), line => Assert.StartsWith("19.99,", line));
        // In deviations squared: 1 is what the mean row gives.
        Assert.InRange(_terminal.Json("evaluate {const.csv} -m {const} --importance-samples 0").GetProperty("reconstruction_mse").GetDouble(), 0, 10);
    }

    [Fact]
    public void What_means_missing_is_kept_and_said()
    {
        var rows = Enumerable.Range(0, 90).Select(i => $"{new[] { "NA", "FR", "KE" }[i % 3]},{i % 11}").ToArray();
        Train("usual", "country,gdp", rows);
        Assert.Contains(
            "country: 30 cells of 90 taken for missing because the text is 'NA'",
            _terminal.Done("impute {usual.csv} -m {usual} -o {filled.csv}").Error
        );
        Train("kept", "country,gdp", rows, "--missing ?");
        _terminal.Done("impute {kept.csv} -m {kept} -o {same.csv}");
        Assert.Equal(File.ReadAllText(_terminal.File("kept.csv")), File.ReadAllText(_terminal.File("same.csv")));
    }

    [Fact]
    public void Long_whole_numbers_and_dates_are_written_as_they_were()
    {
        Train(
            "long",
            "account,opened",
            Enumerable
                .Range(0, 90)
                .Select(i =>
                    FormattableString.Invariant(
                        $"{9_000_000_000_000_000 + (long)i * i * 104_729},{new DateTime(2024, 1, 1).AddHours(7 * i):yyyy-MM-ddTHH:mm:ss}+02:00"
                    )
                )
        );
        _terminal.Done("sample -m {long} -n 20 -o {made.csv}");
        Assert.All(File.ReadAllLines(_terminal.File("made.csv")).Skip(1), line =>
            Assert.Matches(@"^9[0-9]{15},2024-0[12]-[0-3][0-9]T[0-2][0-9]:00:00\+02:00$", line)
        );
    }

    [Fact]
    public void Names_that_are_numbers_are_kept_and_a_header_can_be_denied()
    {
        File.WriteAllText(
            _terminal.File("years.csv"),
            $"country,2019,2020\n{string.Concat(Enumerable.Range(0, 60).Select(i => $"{"FKD"[i % 3]}R,{i * 37 % 90},{i * 53 % 90}\n"))}"
        );
        Assert.Contains("2019     integer", _terminal.Done("info {years.csv}").Output);
        Assert.Contains("column1  integer", _terminal.Done("info {years.csv} --header no").Output);
        Assert.Contains("--header maybe: expected yes or no or auto", _terminal.Refused("info {years.csv} --header maybe"));
    }

    private void Train(string name, string header, IEnumerable<string> rows, string options = "")
    {
        File.WriteAllText(_terminal.File($"{name}.csv"), $"{header}\n{string.Join('\n', rows)}\n");
        _terminal.Done(
            $"train {{{name}.csv}} --model table-vae --epochs 3 --set hidden=8 --latent 2 --threads 1 --importance-samples 0 {options} --name {name} -o "
                + $"{Path.GetDirectoryName(_terminal.File("x"))}"
        );
    }
}
