using Isthmus.Models;
using Isthmus.Onnx;
using Microsoft.ML;

namespace Isthmus.MachineLearning;

/// <summary>
/// Models of Isthmus in pipelines of ML.NET. A model of rows takes the columns that it was trained on, by their names; one of vectors or pictures takes one
/// column of vectors. Cells enter by their types as of <see cref="ViewRows"/>. The saved pipeline carries the model.
/// </summary>
public static class IsthmusTransforms
{
    /// <summary>The codes of vectors, L numbers of type Single: the mean of q(z|x), or z itself where there is no q.</summary>
    /// <param name="catalog">The catalog of a context, <c>mlContext.Transforms</c>.</param>
    /// <param name="outputColumnName">Name of the column of codes.</param>
    /// <param name="inputColumnName">Name of the column of vectors, of Single or Double, as many numbers as the model takes and in their own units.</param>
    /// <param name="model">A model of vectors or pictures.</param>
    /// <exception cref="InvalidInputException">A model of rows, or one whose encoder has no form in ONNX.</exception>
    public static IsthmusEstimator IsthmusEncode(this TransformsCatalog catalog, string outputColumnName, string inputColumnName, TrainedModel model) =>
        new(catalog, ModelPart.Of(model, OnnxPart.Encoder), new CodeOutputs(outputColumnName), inputColumnName);

    /// <summary>The codes of vectors by an encoder in a file.</summary>
    /// <param name="catalog">The catalog of a context, <c>mlContext.Transforms</c>.</param>
    /// <param name="outputColumnName">Name of the column of codes.</param>
    /// <param name="inputColumnName">Name of the column of vectors, of Single or Double, as many numbers as the model takes and in their own units.</param>
    /// <param name="modelFile">A file of <c>isthmus export --part encoder</c>.</param>
    /// <exception cref="InvalidInputException">A file that is missing, damaged or another's, another part of a model, or a model of rows.</exception>
    public static IsthmusEstimator IsthmusEncode(this TransformsCatalog catalog, string outputColumnName, string inputColumnName, string modelFile) =>
        new(catalog, ModelPart.Load(modelFile, OnnxPart.Encoder), new CodeOutputs(outputColumnName), inputColumnName);

    /// <summary>The codes of rows, L numbers of type Single.</summary>
    /// <param name="catalog">The catalog of a context, <c>mlContext.Transforms</c>.</param>
    /// <param name="outputColumnName">Name of the column of codes.</param>
    /// <param name="model">A model of rows.</param>
    /// <exception cref="InvalidInputException">A model of other records, or one whose encoder has no form in ONNX.</exception>
    public static IsthmusEstimator IsthmusEncode(this TransformsCatalog catalog, string outputColumnName, TrainedModel model) =>
        new(catalog, ModelPart.Of(model, OnnxPart.Encoder), new CodeOutputs(outputColumnName));

    /// <summary>The codes of rows by an encoder in a file.</summary>
    /// <param name="catalog">The catalog of a context, <c>mlContext.Transforms</c>.</param>
    /// <param name="outputColumnName">Name of the column of codes.</param>
    /// <param name="modelFile">A file of <c>isthmus export --part encoder</c>.</param>
    /// <exception cref="InvalidInputException">A file that is missing, damaged or another's, another part of a model, or a model of other records.</exception>
    public static IsthmusEstimator IsthmusEncode(this TransformsCatalog catalog, string outputColumnName, string modelFile) =>
        new(catalog, ModelPart.Load(modelFile, OnnxPart.Encoder), new CodeOutputs(outputColumnName));

    /// <summary>
    /// Scores of rows: how odd each is, and which columns make it so, as <c>model.Score</c> gives them. The pipeline then holds the training rows that serve as
    /// reference, which can be read from it.
    /// </summary>
    /// <param name="catalog">The catalog of a context, <c>mlContext.Transforms</c>.</param>
    /// <param name="model">A model of rows.</param>
    /// <param name="scoreColumnName">Name of the column of scores in bits, Single: the more, the odder. Default Score.</param>
    /// <param name="predictedLabelColumnName">Name of the Boolean column that is true where at most 1 % of usual rows score as high. Default
    /// PredictedLabel.</param>
    /// <param name="pValueColumnName">Name of the column of the fraction of usual rows that score as high, Single. Default PValue.</param>
    /// <param name="columnBitsColumnName">Name of the column of the bits of each of the model's columns, a vector whose slots are named so. Default
    /// ColumnBits.</param>
    /// <exception cref="InvalidInputException">A model of other records, or one that keeps no rows.</exception>
    public static IsthmusEstimator IsthmusAnomaly(
        this TransformsCatalog catalog,
        TrainedModel model,
        string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel",
        string pValueColumnName = "PValue",
        string columnBitsColumnName = "ColumnBits"
    ) =>
        new(
            catalog,
            ModelPart.Of(model, OnnxPart.Score),
            new AnomalyOutputs(scoreColumnName, predictedLabelColumnName, pValueColumnName, columnBitsColumnName)
        );

    /// <summary>Scores of rows by a score in a file.</summary>
    /// <param name="catalog">The catalog of a context, <c>mlContext.Transforms</c>.</param>
    /// <param name="modelFile">A file of <c>isthmus export --part score</c>.</param>
    /// <param name="scoreColumnName">Name of the column of scores in bits, Single: the more, the odder. Default Score.</param>
    /// <param name="predictedLabelColumnName">Name of the Boolean column that is true where at most 1 % of usual rows score as high. Default
    /// PredictedLabel.</param>
    /// <param name="pValueColumnName">Name of the column of the fraction of usual rows that score as high, Single. Default PValue.</param>
    /// <param name="columnBitsColumnName">Name of the column of the bits of each of the model's columns, a vector whose slots are named so. Default
    /// ColumnBits.</param>
    /// <exception cref="InvalidInputException">A file that is missing, damaged or another's, or another part of a model.</exception>
    public static IsthmusEstimator IsthmusAnomaly(
        this TransformsCatalog catalog,
        string modelFile,
        string scoreColumnName = "Score",
        string predictedLabelColumnName = "PredictedLabel",
        string pValueColumnName = "PValue",
        string columnBitsColumnName = "ColumnBits"
    ) =>
        new(
            catalog,
            ModelPart.Load(modelFile, OnnxPart.Score),
            new AnomalyOutputs(scoreColumnName, predictedLabelColumnName, pValueColumnName, columnBitsColumnName)
        );

    /// <summary>
    /// Rows whose missing values are filled, in their own columns: NaN of Single and Double, an empty text. A value is E[x|z] at the mean code z of what is
    /// known, of categories the most likely; <c>model.Impute</c> averages over many codes instead, and has intervals and draws.
    /// </summary>
    /// <param name="catalog">The catalog of a context, <c>mlContext.Transforms</c>.</param>
    /// <param name="model">A model of rows.</param>
    /// <exception cref="InvalidInputException">A model of other records, or one that has no form in ONNX.</exception>
    public static IsthmusEstimator IsthmusImpute(this TransformsCatalog catalog, TrainedModel model) =>
        new(catalog, ModelPart.Of(model, OnnxPart.Reconstruct), new FilledOutputs());

    /// <summary>Rows whose missing values are filled by a model in a file.</summary>
    /// <param name="catalog">The catalog of a context, <c>mlContext.Transforms</c>.</param>
    /// <param name="modelFile">A file of <c>isthmus export --part reconstruct</c>.</param>
    /// <exception cref="InvalidInputException">A file that is missing, damaged or another's, another part of a model, or a model of other records.</exception>
    public static IsthmusEstimator IsthmusImpute(this TransformsCatalog catalog, string modelFile) =>
        new(catalog, ModelPart.Load(modelFile, OnnxPart.Reconstruct), new FilledOutputs());
}
