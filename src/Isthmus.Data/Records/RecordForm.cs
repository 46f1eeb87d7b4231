namespace Isthmus.Data.Records;

/// <summary>What records are written as.</summary>
public enum RecordForm
{
    /// <summary>Nothing: a model of them gives none back.</summary>
    None,

    /// <summary>Pictures, side by side or one a file.</summary>
    Pictures,

    /// <summary>Columns of a table.</summary>
    Columns,
}
