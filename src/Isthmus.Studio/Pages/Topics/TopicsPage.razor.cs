using System.Globalization;
using System.Text;
using Isthmus.Codes;
using Isthmus.Data.Documents;
using Isthmus.Data.Records;
using Isthmus.Studio.Components;
using Isthmus.Studio.Texts;
using Isthmus.Topics;
using Microsoft.JSInterop;

namespace Isthmus.Studio.Pages.Topics;

/// <summary>Topics with their words, documents found by topic or query, and a reader in the topics' colours.</summary>
public sealed partial class TopicsPage : ModelPage
{
    // The weight that Sievert and Shirley's readers could best name topics with.
    private const double UsualLambda = 0.6;
    private const int Shown = 30,
        MostFound = 10;

    private TopicTable? _topics;
    private Dataset? _data;
    private IReadOnlyList<string> _warnings = [];
    private IReadOnlyList<int> _words = [];
    private IReadOnlyList<(int Record, double Share, double? Cosine, string Excerpt)> _found = [];
    private string _part = "test",
        _query = "",
        _own = "";
    private string? _absent,
        _text;
    private float[] _proportions = [];
    private double _lambda = UsualLambda,
        _widest = 1;
    private int _topic;
    private int? _word,
        _document;
    private bool _isQuery,
        _isOnly,
        _isCounts;

    private string CSharp =>
        $"using var model = TrainedModel.Load(\"{Run}/model.isthmus\");\nforeach (var words in model.Topics({Shown}))\n    "
        + "Console.WriteLine(string.Join(' ', words.Select(word => word.Word)));";

    private string SearchCSharp =>
        $"using var model = TrainedModel.Load(\"{Run}/model.isthmus\");\nvar documents = Documents.Load(\"{Model!.Trained.Provenance.Data}\""
        + $"{(Schema.Source.Text is { } text ? $", new() {{ Text = \"{text}\" }}" : "")});\n"
        + $"var found = model.Search(documents, \"{_query.Replace("\"", "\\\"")}\");";

    private DocumentSchema Schema => (DocumentSchema)Model!.Schema;

    /// <inheritdoc/>
    protected override void Clear()
    {
        (_topics, _data, _absent, _text, _word, _document, _found, _isQuery) = (null, null, null, null, null, null, [], false);
        _part = Navigation.Query("part") is { } part and ("train" or "validation") ? part : "test";
        _lambda = double.TryParse(Navigation.Query("lambda"), CultureInfo.InvariantCulture, out var lambda) ? Math.Clamp(lambda, 0, 1) : UsualLambda;
    }

    /// <inheritdoc/>
    protected override async Task ShowAsync()
    {
        // What an address asks for may not be there any more: the topics are shown all the same.
        if (await WorkAsync("Reading the topics", ReadPartAsync))
            await WorkAsync("Reading the documents", RestoreAsync);
    }

    private async Task RestoreAsync(CancellationToken cancellationToken)
    {
        if (int.TryParse(Navigation.Query("topic"), CultureInfo.InvariantCulture, out var asked) && asked >= 0 && asked < _topics!.Count)
            _topic = asked;
        _word = Navigation.Query("word") is { } word && _topics!.Numbers.TryGetValue(word, out var number) ? number : null;
        Weigh();
        if (_data is null)
            return;
        _query = Navigation.Query("query") ?? "";
        await (_query.Length > 0 ? FindAsync(cancellationToken) : MostAsync(cancellationToken));
        var isKept = int.TryParse(Navigation.Query("document"), CultureInfo.InvariantCulture, out var document) && document > 0 && document <= _data.Count;
        if (isKept || _found.Count > 0)
            await OpenAsync(isKept ? document - 1 : _found[0].Record, cancellationToken);
    }

    private async Task ReadPartAsync(CancellationToken cancellationToken)
    {
        var model = Model!;
        try
        {
            _data = (await model.DataAsync(Enum.Parse<DataPart>(_part, ignoreCase: true))).Records;
        }
        catch (InvalidInputException e)
        {
            (_data, _absent) = (null, e.Message);
        }
        var data = _data;
        (_topics, _warnings) = await model.WithTensorsAsync(
            () => (TopicTable.Of(model.Trained, data), data is null ? [] : DocumentWarnings.Of(model.Trained, data)),
            cancellationToken
        );
        _topic = _topics.Order[0];
    }

    private Task ChoosePartAsync(string part)
    {
        _part = part;
        Navigation.Keep(("part", part == "test" ? null : part), ("document", null));
        return Model is null
            ? Task.CompletedTask
            : WorkAsync(
                "Reading the documents",
                async cancellationToken =>
                {
                    var topic = _topic;
                    await ReadPartAsync(cancellationToken);
                    (_topic, _document, _text) = (topic, null, null);
                    Weigh();
                    if (_data is not null)
                        await (_isQuery ? FindAsync(cancellationToken) : MostAsync(cancellationToken));
                }
            );
    }

    private Task ChooseAsync(int topic)
    {
        _topic = topic;
        Weigh();
        Navigation.Keep(("topic", topic));
        return _isQuery || _data is null ? Task.CompletedTask : WorkAsync("Finding documents", MostAsync);
    }

    private void Weigh(string lambda)
    {
        _lambda = double.Parse(lambda, CultureInfo.InvariantCulture);
        Weigh();
    }

    private void Weigh()
    {
        _words = _topics!.FirstWords(_topic, Shown, _lambda);
        _widest = _words.Max(_topics.Probability);
    }

    private void KeepLambda() => Navigation.Keep(("lambda", _lambda == UsualLambda ? null : _lambda.ToString("0.00", CultureInfo.InvariantCulture)));

    private void LookAt(int word)
    {
        _word = word == _word ? null : word;
        Navigation.Keep(("word", _word is null ? null : _topics!.Words[word]));
    }

    private string Width(double probability) =>
        string.Create(CultureInfo.InvariantCulture, $"width:{Math.Clamp(100 * probability / _widest, 0.3, 100):0.#}%");

    private string NameOf(int record) => _data?.RecordNames?[record] ?? $"document {record + 1}";

    private Task SearchAsync() =>
        WorkAsync(
            "Searching",
            async cancellationToken =>
            {
                if (_query.Trim().Length == 0)
                {
                    await MostAsync(cancellationToken);
                    return;
                }
                Navigation.Keep(("query", _query));
                await FindAsync(cancellationToken);
                await OpenAsync(_found[0].Record, cancellationToken);
            }
        );

    private Task ClearAsync() => WorkAsync("Finding documents", MostAsync);

    private async Task FindAsync(CancellationToken cancellationToken)
    {
        var (model, data, query) = (Model!, _data!, _query);
        var found = await model.WithTensorsAsync(
            () => DocumentSearch.Find(model.Trained, data, DocumentSearch.Query(model.Schema, query), MostFound, null, cancellationToken),
            cancellationToken
        );
        var excerpts = await ExcerptsAsync([.. found.Select(document => document.Record)], cancellationToken);
        _found = [.. found.Zip(excerpts, (document, excerpt) => (document.Record, document.Bits, (double?)document.Similarity, excerpt))];
        _isQuery = true;
    }

    private async Task MostAsync(CancellationToken cancellationToken)
    {
        (_isQuery, _query) = (false, "");
        Navigation.Keep(("query", null));
        if (_data is null)
            return;
        var most = _topics!.Documents(_topic, MostFound);
        var excerpts = await ExcerptsAsync([.. most.Select(document => document.Document)], cancellationToken);
        _found = [.. most.Zip(excerpts, (document, excerpt) => (document.Document, document.Share, (double?)null, excerpt))];
    }

    private DataOptions Reading => new() { Documents = Schema.Source, Reading = Schema.Reading ?? new() };

    private Task<IReadOnlyList<string>> ExcerptsAsync(int[] records, CancellationToken cancellationToken)
    {
        var (data, reading) = (_data!, Reading);
        return Task.Run<IReadOnlyList<string>>(() => data.Schema.Kind.Excerpts(data, reading, records) ?? [.. records.Select(_ => "")], cancellationToken);
    }

    private Task ReadAsync(int record) => WorkAsync("Reading the document", cancellationToken => OpenAsync(record, cancellationToken));

    private async Task OpenAsync(int record, CancellationToken cancellationToken)
    {
        var (data, reading) = (_data!, Reading);
        var text = await Task.Run(() => DocumentReader.Texts(data, reading, [record])?[0], cancellationToken);
        _isCounts = text is null;
        _proportions = _topics!.Proportions(record).ToArray();
        (_document, _text) = (record, text ?? Counts(data, record));
        Navigation.Keep(("document", record + 1));
    }

    // A bag of words, those that occur most first.
    private string Counts(Dataset data, int record)
    {
        var (words, times) = (data.Sparse(record).Columns.ToArray(), data.Sparse(record).Values.ToArray());
        var vocabulary = ((DocumentSchema)data.Schema).Vocabulary;
        return string.Join(
            "  ",
            words
                .Zip(times)
                .OrderByDescending(word => word.Second)
                .Select(word => word.Second > 1 ? $"{vocabulary[word.First]} × {NumberText.Of(word.Second, 3)}" : vocabulary[word.First])
        );
    }

    private Task ReadOwnAsync(string? text) =>
        WorkAsync(
            "Reading your text",
            async cancellationToken =>
            {
                _own = text ?? "";
                if (string.IsNullOrWhiteSpace(text))
                    return;
                var model = Model!;
                _proportions = await model.WithTensorsAsync(
                    () => TopicTable.ProportionsOf(model.Trained, DocumentSearch.Query(model.Schema, text)),
                    cancellationToken
                );
                (_document, _text, _isCounts) = (null, text, false);
                Navigation.Keep(("document", null));
            }
        );

    private async Task SaveWordsAsync()
    {
        var (topics, text) = (_topics!, new StringBuilder(CsvText.Line(["topic", "word", "p_word_given_topic", "p_word", "relevance_nats", "lambda"])));
        foreach (var topic in topics.Order)
            foreach (var word in topics.FirstWords(topic, Shown, _lambda))
                text.Append(
                    CsvText.Line([
                        topic,
                        topics.Words[word],
                        topics.Probability(topic, word),
                        topics.Probability(word),
                        topics.Relevance(topic, word, _lambda),
                        _lambda,
                    ])
                );
        await Script.InvokeVoidAsync("isthmus.saveText", "topics.csv", "text/csv", text.ToString());
    }
}
