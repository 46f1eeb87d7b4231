using System.Globalization;
using System.Text;
using Isthmus.Codes;
using Isthmus.Data.Documents;
using Isthmus.Data.Records;
using Isthmus.Studio.Components;
using Isthmus.Studio.Folders;
using Isthmus.Studio.Models;
using Isthmus.Studio.Texts;
using Isthmus.Topics;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Isthmus.Studio.Pages.Topics;

/// <summary>Topics with their words, documents found by topic or query, and a reader in the topics' colours.</summary>
public sealed partial class TopicsPage : IDisposable
{
    // The weight that Sievert and Shirley's readers could best name topics with.
    private const double UsualLambda = 0.6;
    private const int Shown = 30,
        MostFound = 10;

    private readonly CancellationTokenSource _cancel = new();
    private OpenModel? _model;
    private TopicTable? _topics;
    private Dataset? _data;
    private Exception? _fault;
    private IReadOnlyList<string> _warnings = [];
    private IReadOnlyList<int> _words = [];
    private IReadOnlyList<(int Record, double Share, double? Cosine, string Excerpt)> _found = [];
    private string _part = "test",
        _query = "",
        _own = "";
    private string? _loaded,
        _work,
        _absent,
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

    [Inject]
    private OpenModels Models { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Script { get; set; } = null!;

    /// <summary>Name of the run.</summary>
    [SupplyParameterFromQuery]
    public string? Run { get; set; }

    private string CSharp =>
        $"using var model = TrainedModel.Load(\"{Run}/model.isthmus\");\nforeach (var words in model.Topics({Shown}))\n    "
        + "Console.WriteLine(string.Join(' ', words.Select(word => word.Word)));";

    private string SearchCSharp =>
        $"using var model = TrainedModel.Load(\"{Run}/model.isthmus\");\nvar documents = Documents.Load(\"{_model!.Trained.Provenance.Data}\""
        + $"{(Schema.Source.Text is { } text ? $", new() {{ Text = \"{text}\" }}" : "")});\n"
        + $"var found = model.Search(documents, \"{_query.Replace("\"", "\\\"")}\");";

    private DocumentSchema Schema => (DocumentSchema)_model!.Schema;

    private static bool IsOfDocuments(RunEntry run) => run is { HasModel: true, Noun: "document" };

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (Run == _loaded)
            return;
        _loaded = Run;
        (_topics, _data, _fault, _absent, _text, _word, _document, _found, _isQuery) = (null, null, null, null, null, null, null, [], false);
        if (Run is null)
            return;
        _part = Navigation.Query("part") is { } part and ("train" or "validation") ? part : "test";
        _lambda = double.TryParse(Navigation.Query("lambda"), CultureInfo.InvariantCulture, out var lambda) ? Math.Clamp(lambda, 0, 1) : UsualLambda;
        await WorkAsync(
            "Reading the topics",
            async () =>
            {
                var before = _model;
                _model = await Models.OpenAsync(Run);
                before?.Release();
                DocumentTopic.DecoderOf(_model.Trained);
                await ReadPartAsync();
                if (int.TryParse(Navigation.Query("topic"), CultureInfo.InvariantCulture, out var asked) && asked >= 0 && asked < _topics!.Count)
                    _topic = asked;
                _word = Navigation.Query("word") is { } word && _topics!.Numbers.TryGetValue(word, out var number) ? number : null;
                Weigh();
                if (_data is null)
                    return;
                _query = Navigation.Query("query") ?? "";
                if (_query.Length > 0)
                    await FindAsync();
                else
                    await MostAsync();
                var kept = int.TryParse(Navigation.Query("document"), CultureInfo.InvariantCulture, out var document) && document <= _data.Count ? document - 1 : -1;
                if (kept >= 0 || _found.Count > 0)
                    await OpenAsync(kept >= 0 ? kept : _found[0].Record);
            }
        );
    }

    private async Task ReadPartAsync()
    {
        var model = _model!;
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
            _cancel.Token
        );
        _topic = _topics.Order[0];
    }

    private Task ChoosePartAsync(string part)
    {
        _part = part;
        Navigation.Keep(("part", part == "test" ? null : part), ("document", null));
        return _model is null
            ? Task.CompletedTask
            : WorkAsync(
                "Reading the documents",
                async () =>
                {
                    var topic = _topic;
                    await ReadPartAsync();
                    _topic = topic;
                    (_document, _text) = (null, null);
                    await (_isQuery ? FindAsync() : MostAsync());
                }
            );
    }

    private Task ChooseAsync(int topic)
    {
        _topic = topic;
        Weigh();
        Navigation.Keep(("topic", topic));
        return _isQuery || _data is null ? Task.CompletedTask : WorkAsync(null, MostAsync);
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

    private void LookAtAsync(int word)
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
            async () =>
            {
                if (_query.Trim().Length == 0)
                {
                    await MostAsync();
                    return;
                }
                Navigation.Keep(("query", _query));
                await FindAsync();
                await OpenAsync(_found[0].Record);
            }
        );

    private Task ClearAsync() => WorkAsync(null, MostAsync);

    private async Task FindAsync()
    {
        var (model, data, query) = (_model!, _data!, _query);
        var found = await model.WithTensorsAsync(
            () => DocumentSearch.Find(model.Trained, data, DocumentSearch.Query(model.Schema, query), MostFound, null, _cancel.Token),
            _cancel.Token
        );
        var excerpts = await ExcerptsAsync([.. found.Select(document => document.Record)]);
        _found = [.. found.Zip(excerpts, (document, excerpt) => (document.Record, document.Bits, (double?)document.Similarity, excerpt))];
        _isQuery = true;
    }

    private async Task MostAsync()
    {
        (_isQuery, _query) = (false, "");
        Navigation.Keep(("query", null));
        if (_data is null)
            return;
        var most = _topics!.Documents(_topic, MostFound);
        var excerpts = await ExcerptsAsync([.. most.Select(document => document.Document)]);
        _found = [.. most.Zip(excerpts, (document, excerpt) => (document.Document, document.Share, (double?)null, excerpt))];
    }

    private DataOptions Reading => new() { Documents = Schema.Source, Reading = Schema.Reading ?? new() };

    private Task<IReadOnlyList<string>> ExcerptsAsync(int[] records)
    {
        var (data, reading) = (_data!, Reading);
        return Task.Run<IReadOnlyList<string>>(() => data.Schema.Kind.Excerpts(data, reading, records) ?? [.. records.Select(_ => "")], _cancel.Token);
    }

    private Task ReadAsync(int record) => WorkAsync(null, () => OpenAsync(record));

    private async Task OpenAsync(int record)
    {
        var (data, reading) = (_data!, Reading);
        var text = await Task.Run(() => DocumentReader.Texts(data, reading, [record])?[0], _cancel.Token);
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
            null,
            async () =>
            {
                _own = text ?? "";
                if (string.IsNullOrWhiteSpace(text))
                    return;
                var model = _model!;
                _proportions = await model.WithTensorsAsync(
                    () => TopicTable.ProportionsOf(model.Trained, DocumentSearch.Query(model.Schema, text)),
                    _cancel.Token
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

    private async Task WorkAsync(string? words, Func<Task> work)
    {
        (_work, _fault) = (words, null);
        StateHasChanged();
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (Exception e) when (e is InvalidInputException or IOException)
        {
            _fault = e;
        }
        finally
        {
            _work = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancel.Cancel();
        _cancel.Dispose();
        _model?.Release();
    }
}
