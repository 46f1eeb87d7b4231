using Isthmus.Models;

namespace Isthmus.Documents;

/// <summary>Models of documents are trained on the words of each, all of them shown in validation.</summary>
internal sealed class DocumentLearning : RecordLearning
{
    /// <inheritdoc/>
    public override PresetScope Presets => new("documents", "give a folder of .txt files, name a table's column of texts with --text, or ", "topics");

    /// <summary>What is dropped of a document in training is not there to be restored.</summary>
    public override bool ValidatesCorrupted => false;
}
