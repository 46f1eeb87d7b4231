#:project ../src/Isthmus.Cpu/Isthmus.Cpu.csproj
#:property UseCurrentRuntimeIdentifier=true
#:property SelfContained=false
// Odd lines of logs: models of lines beside counts of templates, three-grams with back-off and compression, at the level of lines. Each is trained on the first
// half of a system's lines (of BGL those that are no alerts) and judged on the second half: of BGL by its alerts, of the others by planted lines, one for each
// twenty usual ones, in turn of an unseen template (the message of another system behind this one's header), of a wrong level, and of a parameter that changed
// places with the word after it. $ISTHMUS_DATA/loghub holds the logs. Impossible orders of lines are not planted:
// this is the score of a line; windows of lines have one of their own (isthmus score --window).
//
//     dotnet run -c Release bench/logs.cs [epochs] [systems,joined,by,commas] [models,joined,by,commas]
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using Isthmus;
using Isthmus.Data.Records;
using Isthmus.Lines;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var epochs = args.Length > 0 ? int.Parse(args[0]) : 30;
string[] systems = args.Length > 1 ? args[1].Split(',') : ["BGL", "HDFS", "Linux", "Apache", "OpenSSH", "Spark", "Windows", "Zookeeper"];
string[] models = args.Length > 2 ? args[2].Split(',') : ["text-vae", "line-vae", "lstm-lm"];
var folder = Path.Combine(Environment.GetEnvironmentVariable("ISTHMUS_DATA") ?? ".", "loghub");
string[] Read(string system) => File.ReadAllLines(Path.Combine(folder, $"{system}_2k.log"));
var sums = new SortedDictionary<string, (double Roc, double Precision, double Templates, int Systems)>(StringComparer.Ordinal);
foreach (var system in systems)
{
    var (train, test, labels) = system == "BGL" ? Alerts() : Planted(system);
    Console.WriteLine($"{system}: {train.Length} lines to train on, {test.Length} to judge, {labels.Count(label => label > 0)} odd");
    void Judge(string name, double[] scores)
    {
        var (roc, precision) = (Roc(scores, labels, 0), Precision(scores, labels));
        var templates = labels.Contains(1) && system != "BGL" ? Roc(scores, labels, 1) : double.NaN;
        Console.WriteLine(
            $"  {name, -22} ROC {roc:F3}  average precision {precision:F3}"
                + (system == "BGL" ? "" : $"  unseen templates {templates:F3}  levels {Roc(scores, labels, 2):F3}  parameters {Roc(scores, labels, 3):F3}")
        );
        var sum = sums.GetValueOrDefault(name);
        sums[name] = (sum.Roc + roc, sum.Precision + precision, sum.Templates + (double.IsNaN(templates) ? 0 : templates), sum.Systems + 1);
    }
    Judge("templates (Drain)", new Drain(train).Scores(test));
    Judge("three-grams", new Grams(train).Scores(test));
    Judge("compression", Compressed(train, test));
    foreach (var name in models)
    {
        var options = new LineOptions { Tokens = name == "line-vae" ? "characters" : "bpe", Masks = "time,address,hex,number" };
        using var model = new ModelOptions(name).Fit(
            TextLines.From(train, options: options).Split(),
            new()
            {
                Epochs = epochs,
                Patience = epochs,
                Threads = 2,
            }
        );
        var scorer = new LineScorer(model);
        var scores = scorer.Score([.. test.Select((line, i) => (i + 1L, line))]);
        Judge(name, [.. scores.Select(score => score.Deviations)]);
        Judge($"{name}, bits alone", [.. scores.Select(score => score.Bits)]);
    }
}
Console.WriteLine($"Means over {systems.Length} systems:");
foreach (var (name, sum) in sums)
    Console.WriteLine(
        $"  {name, -22} ROC {sum.Roc / sum.Systems:F3}  average precision {sum.Precision / sum.Systems:F3}  unseen templates "
            + $"{sum.Templates / Math.Max(1, sum.Systems - (systems.Contains("BGL") ? 1 : 0)):F3}"
    );

// The first word of a line of BGL is - for a usual one and an alert's name otherwise; no method sees it.
(string[] Train, string[] Test, int[] Labels) Alerts()
{
    var lines = Read("BGL");
    string Rest(string line) => line[(line.IndexOf(' ') + 1)..];
    var (first, second) = (lines[..(lines.Length / 2)], lines[(lines.Length / 2)..]);
    return ([.. first.Where(line => line[0] == '-').Select(Rest)], [.. second.Select(Rest)], [.. second.Select(line => line[0] == '-' ? 0 : 1)]);
}

(string[] Train, string[] Test, int[] Labels) Planted(string system)
{
    var (lines, random) = (Read(system), new Random(1));
    string[] others = [.. new[] { "Hadoop", "HPC", "Proxifier", "HealthApp" }.SelectMany(Read)];
    var (train, test, labels) = (lines[..(lines.Length / 2)], new List<string>(lines[(lines.Length / 2)..]), new List<int>());
    labels.AddRange(new int[test.Count]);
    for (var (i, planted) = (0, test.Count / 20); i < planted; i++)
    {
        var usual = lines[lines.Length / 2 + random.Next(lines.Length / 2)];
        var (line, kind) = (i % 3) switch
        {
            0 => (Header(usual) + Message(others[random.Next(others.Length)]), 1),
            1 => (WrongLevel(usual), 2),
            _ => (Swapped(usual, random), 3),
        };
        if (line is null || line == usual)
            continue;
        test.Add(line);
        labels.Add(kind);
    }
    return (train, [.. test], [.. labels]);
}

// A header ends where the time, the level and the component do: at the first colon after a letter, or after four words.
static string Header(string line) => line[..^Message(line).Length];
static string Message(string line) =>
    Regex.Match(line, @"[A-Za-z)\]]:\s(?<rest>.*)$") is { Success: true } match ? match.Groups["rest"].Value : string.Join(' ', line.Split(' ').Skip(4));
static string? WrongLevel(string line) =>
    Regex.Match(line, @"\b(INFO|WARN|WARNING|ERROR|FATAL|DEBUG|notice|error|Info)\b") is { Success: true } level
        ? line[..level.Index]
            + level.Value switch
            {
                "INFO" => "FATAL",
                "Info" => "Error",
                "notice" => "emerg",
                "error" => "debug",
                _ => "TRACE",
            }
            + line[(level.Index + level.Length)..]
        : null;
static string? Swapped(string line, Random random)
{
    var words = line.Split(' ');
    int[] places = [.. Enumerable.Range(4, Math.Max(0, words.Length - 5)).Where(i => words[i].Any(char.IsDigit) && !words[i + 1].Any(char.IsDigit))];
    if (places.Length == 0)
        return null;
    var place = places[random.Next(places.Length)];
    (words[place], words[place + 1]) = (words[place + 1], words[place]);
    return string.Join(' ', words);
}

// Lines that begin as all of the training lines do and have a word more: bytes by which the last 24 kB of them become longer.
static double[] Compressed(string[] train, string[] test)
{
    var text = Encoding.UTF8.GetBytes(string.Join('\n', train));
    var before = text[^Math.Min(text.Length, 24_000)..];
    long Size(byte[] more)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(before);
            deflate.Write(more);
        }
        return packed.Length;
    }
    var alone = Size([]);
    return [.. test.Select(line => (double)(Size([(byte)'\n', .. Encoding.UTF8.GetBytes(line)]) - alone))];
}

// Share of pairs of an odd and a usual line in which the odd one scores higher; 0: of all kinds of odd lines, otherwise of one.
static double Roc(double[] scores, int[] labels, int kind)
{
    double[] usual = [.. scores.Where((_, i) => labels[i] == 0).Order()];
    double[] odd = [.. scores.Where((_, i) => kind == 0 ? labels[i] > 0 : labels[i] == kind)];
    return odd.Length == 0
        ? double.NaN
        : odd.Average(score => (usual.Count(other => other < score) + 0.5 * usual.Count(other => other == score)) / usual.Length);
}

static double Precision(double[] scores, int[] labels)
{
    var (found, sum, seen) = (0, 0.0, 0);
    // Equal scores come together: their precision is that at the last of them.
    foreach (var same in Enumerable.Range(0, scores.Length).GroupBy(i => scores[i]).OrderByDescending(group => group.Key))
    {
        var odd = same.Count(i => labels[i] > 0);
        (seen, found) = (seen + same.Count(), found + odd);
        sum += odd * found / (double)seen;
    }
    return sum / labels.Count(label => label > 0);
}

/// <summary>Masks and words, as the baselines see a line.</summary>
internal static class Masked
{
    private static readonly Regex Address = new(@"\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b", RegexOptions.Compiled),
        Time =
            new(
                @"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2}(?: \d{2}:\d{2}:\d{2})?(?: \d{4}\b)?",
                RegexOptions.Compiled
            ),
        Hex = new(@"\b0x[0-9a-fA-F]+\b", RegexOptions.Compiled),
        Number = new(@"-?\d+([.,:/-]\d+)*", RegexOptions.Compiled);

    public static string[] Words(string line) =>
        Number
            .Replace(Hex.Replace(Address.Replace(Time.Replace(line, "<time>"), "<address>"), "<hex>"), "<number>")
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// Templates by Drain's rules (He et al. 2017): lines of as many words whose first three agree, and that share half of their words, have one template, in which
/// words that differ are left open. A line scores -ln of its template's share of the training lines; one of no template, more than all others.
/// </summary>
internal sealed class Drain
{
    private readonly Dictionary<string, List<(string[] Words, int[] Times)>> _leaves = new(StringComparer.Ordinal);
    private readonly int _lines;

    public Drain(string[] train)
    {
        _lines = train.Length;
        foreach (var line in train)
        {
            var words = Masked.Words(line);
            if (Find(words) is { } found)
            {
                for (var i = 0; i < words.Length; i++)
                    if (found.Words[i] != words[i])
                        found.Words[i] = "<*>";
                found.Times[0]++;
            }
            else
            {
                if (!_leaves.TryGetValue(Leaf(words), out var leaf))
                    _leaves[Leaf(words)] = leaf = [];
                leaf.Add((words, [1]));
            }
        }
    }

    public double[] Scores(string[] lines) => [.. lines.Select(line => -Math.Log((Find(Masked.Words(line))?.Times[0] ?? 0.1) / _lines))];

    private static string Leaf(string[] words) => $"{words.Length} {string.Join(' ', words.Take(3).Select(word => word.Any(char.IsDigit) ? "<*>" : word))}";

    private (string[] Words, int[] Times)? Find(string[] words)
    {
        if (!_leaves.TryGetValue(Leaf(words), out var leaf))
            return null;
        double Shared((string[] Words, int[] Times) template) => template.Words.Where((word, i) => word == words[i]).Count() / (double)words.Length;
        var best = leaf.MaxBy(Shared);
        return Shared(best) >= 0.5 ? best : null;
    }
}

/// <summary>
/// Bits of a line's words, each given the two before it, by counts with back-off (Witten and Bell 1991); unknown words cost as one of 10,000.
/// </summary>
internal sealed class Grams
{
    private readonly Dictionary<string, (int Sum, HashSet<string> After)> _contexts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public Grams(string[] train)
    {
        foreach (var line in train)
            Each(line, (u, v, word) =>
            {
                foreach (var context in (string[])[$"{u} {v}", v, ""])
                {
                    var (sum, after) = _contexts.TryGetValue(context, out var known) ? known : (0, []);
                    after.Add(word);
                    _contexts[context] = (sum + 1, after);
                    _counts[$"{context}\t{word}"] = _counts.GetValueOrDefault($"{context}\t{word}") + 1;
                }
            });
    }

    public double[] Scores(string[] lines)
    {
        var bits = new double[lines.Length];
        for (var i = 0; i < lines.Length; i++)
        {
            var line = i;
            Each(lines[i], (u, v, word) => bits[line] -= Math.Log2(Probability([$"{u} {v}", v, ""], word)));
        }
        return bits;
    }

    private double Probability(string[] contexts, string word)
    {
        var p = 1e-4;
        foreach (var context in contexts.Reverse())
            if (_contexts.TryGetValue(context, out var known))
                p = (_counts.GetValueOrDefault($"{context}\t{word}") + known.After.Count * p) / (known.Sum + known.After.Count);
        return p;
    }

    private static void Each(string line, Action<string, string, string> visit)
    {
        var (u, v) = ("^", "^");
        foreach (var word in (string[])[.. Masked.Words(line), "$"])
        {
            visit(u, v, word);
            (u, v) = (v, word);
        }
    }
}
