using Isthmus.Data.Documents;
using Isthmus.Data.Interactions;

namespace Isthmus.Cli.Output;

/// <summary>Histories: ranked, and not written back.</summary>
internal sealed class InteractionOutput(InteractionSchema schema) : KindOutput(schema)
{
    public override string Evaluating(int importanceSamples) => "ranking";
}

/// <summary>Documents: their words are listed.</summary>
internal sealed class DocumentOutput(DocumentSchema documents) : KindOutput(documents)
{
    public override IEnumerable<string> OfData(int records) => [$"  words: {Some(documents.Vocabulary)}"];
}
