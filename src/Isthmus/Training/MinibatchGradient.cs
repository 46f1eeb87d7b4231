using Isthmus.Compute;
using Isthmus.Data.Records;
using Isthmus.Models.Corruptions;
using Isthmus.Models.Gradients;
using Isthmus.Models.Networks;
using Isthmus.Models.Objectives;
using Isthmus.Models.Primitives;
using Isthmus.Processes;
using TorchSharp;
using static TorchSharp.torch;

namespace Isthmus.Training;

/// <summary>
/// Gradient of the mean loss of a mini-batch, found in one of three ways: by layers that know their derivatives, in slices of records that several threads
/// process at once; by autograd in fixed shares of records, one backward pass a share; or by autograd of the batch as a whole. Slices and shares may be dealt
/// out to several processes, which then exchange them.
/// </summary>
internal sealed class MinibatchGradient : IDisposable
{
    // Below this many records a slice's products are so thin that reading the weights takes longer than the arithmetic.
    private const int LeastSlice = 16;

    private readonly Autoencoder _model;
    private readonly Dataset _train;
    private readonly EpochOrder _order;
    private readonly TrainingPlan _plan;
    private readonly int _seed,
        _epochsBefore;
    private readonly Device _device;
    private readonly Communicator _ranks;
    private readonly int _shares,
        _firstShare,
        _ownShares,
        _slicesOfShare;
    private readonly bool _turnsBySteps;
    private readonly SliceExchange? _exchange;
    private readonly SliceGradient[] _slices = [];
    private readonly ManualNetworks[] _stages = [];

    /// <summary>Lays out the model's parameters and the memory of their gradients, and takes a process's part of the shares.</summary>
    /// <param name="model">Model in training, on its device.</param>
    /// <param name="settings">Settings of training, with the number of shares said where several processes train.</param>
    /// <param name="train">Records fitted on.</param>
    /// <param name="order">Their order in each epoch.</param>
    /// <param name="plan">Size of a batch, and batches in an epoch.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="ranks">Processes that train together.</param>
    /// <param name="epochsBefore">Epochs behind the weights at the first step, by which the objective's annealing goes on.</param>
    /// <exception cref="InvalidInputException">The loss looks at a batch as a whole and has no shares, or the shares cannot be dealt out.</exception>
    public MinibatchGradient(
        Autoencoder model,
        Settings settings,
        Dataset train,
        EpochOrder order,
        TrainingPlan plan,
        int seed,
        Device device,
        Communicator ranks,
        int epochsBefore = 0
    )
    {
        _epochsBefore = epochsBefore;
        (_model, _train, _order, _plan, _seed, _device, _ranks) = (model, train, order, plan, seed, device, ranks);
        var threads = get_num_threads();
        _turnsBySteps = settings.Get(TrainingSettings.EncoderSteps) > 0;
        var hasTurns = _turnsBySteps || settings.Get(TrainingSettings.EncoderEpochs) > 0;
        var hasAdversary = model.Objective.Adversary is not null;
        _shares = TrainingShares.Of(settings, model, plan.BatchSize, device, ranks);
        var isByHand = device.type == DeviceType.CPU && !hasTurns;
        var isInSlices = isByHand && SliceGradient.Knows(model) && (_shares == 0 || SliceGradient.IsSeparable(model));
        var hasStages = !isInSlices && isByHand && !hasAdversary && ManualNetworks.Knows(model);
        var countProduct = isInSlices && train.Schema.Kind.IsSparse ? SliceGradient.CountProduct(model) : null;
        IsByInput = countProduct is not null;
        _slicesOfShare = hasStages ? ManualNetworks.PassagesOf(model) : 1;
        var all =
            _shares > 0 ? _shares
            : isInSlices ? SliceCount(settings.Get(TrainingSettings.Parallel), threads)
            : hasStages ? 1
            : 0;
        _ownShares = all / ranks.Count;
        _firstShare = _ownShares * ranks.Rank;
        Parameters = new FlatParameters(
            model,
            isInSlices || hasStages ? null
                : hasAdversary ? name => !Autoencoder.IsAdversaryParameter(name)
                : Autoencoder.IsEncoderParameter,
            isInSlices ? SliceGradient.ProductsOf(model)
                : hasStages ? ManualNetworks.ProductsOf(model)
                : null,
            ProcessorSupport.InBfloat16(settings.Get(TrainingSettings.Precision)) && (isInSlices || hasStages),
            all * _slicesOfShare,
            countProduct?.Weight,
            _shares > 0 ? model.Bottleneck.Statistics?.numel() ?? 0 : 0,
            _firstShare * _slicesOfShare
        );
        if (ranks.Count > 1)
            // Random numbers of another processor may differ in their last bits.
            ranks.Broadcast(TensorMemory.AddressOf(Parameters.Values), Parameters.Values.numel() * sizeof(float));
        var own = Enumerable.Range(_firstShare, _ownShares);
        if (isInSlices)
            _slices = [.. own.Select(share => new SliceGradient(model, Parameters, share, IsByInput))];
        else if (hasStages)
            _stages = [.. own.Select(share => new ManualNetworks(model, Parameters, share * _slicesOfShare))];
        model.Stages = _stages.FirstOrDefault();
        // Shares that are fixed are computed by one thread each, and the weights do not depend on how many there are.
        if ((_shares == 0 ? _slices.Length : Math.Min(threads, isInSlices ? _ownShares : threads)) is > 1 and var together)
            Team = new ThreadTeam(together);
        if (ranks.Count > 1)
            _exchange = new(Parameters, ranks, isWhole: settings.Get(TrainingSettings.Clip) > 0 || settings.Get(TrainingSettings.ClipSpikes) > 0);
    }

    /// <summary>The model's parameters, of which all but those of frozen parts have gradients.</summary>
    public FlatParameters Parameters { get; }

    /// <summary>Threads that process slices, and may share the update; null for the caller alone.</summary>
    public ThreadTeam? Team { get; }

    /// <summary>True if the matrix that reads counts is stored input by input.</summary>
    public bool IsByInput { get; }

    /// <summary>True if records are divided among a team that the caller belongs to, or into fixed shares: it then takes one thread of its own.</summary>
    public bool HasOneThread => Team is not null || _shares > 0;

    /// <summary>Parameters that this process updates, first and last of each run; null for all.</summary>
    public IReadOnlyList<(long First, long Last)>? Own => _exchange?.Own;

    /// <summary>Bytes of a share that processes exchange: gradients, statistics and figures.</summary>
    public long BytesOfShare => Parameters.SliceWords * sizeof(float) * _slicesOfShare;

    /// <summary>Requests of this process to all of them: to stop, and to give what they alone have for a checkpoint.</summary>
    public (bool Stop, bool Save) Asked { get; set; }

    /// <summary>Requests of any process at the last gradient, which all learn of in the same step.</summary>
    public (bool Stop, bool Save) AskedByAny { get; private set; }

    /// <summary>Computes the gradient of the batch of a step.</summary>
    /// <param name="step">The step, 0 for the first of the run.</param>
    /// <param name="part">Part of the model that the step trains.</param>
    /// <returns>The batch's mean distortion and rate, nats, and what else must be finite for the gradient to be: the loss where autograd finds it.</returns>
    public (double Distortion, double Rate, double Loss) Compute(long step, TrainedPart part = TrainedPart.Both)
    {
        var (epoch, inEpoch) = ((int)(step / _plan.StepsPerEpoch), (int)(step % _plan.StepsPerEpoch));
        var progressed = _epochsBefore + step / (double)_plan.StepsPerEpoch;
        using var draws = RandomDraws.Seeded(RandomStream.Seed(_seed, RandomStream.Step, step));
        if (_slices.Length > 0)
            return BySlices(epoch, inEpoch, progressed);
        return _shares > 0 ? ByShares(epoch, inEpoch, step, progressed) : OfWhole(epoch, inEpoch, progressed, part);
    }

    /// <summary>Gathers, after an update, what the next step reads of the parameters that other processes updated.</summary>
    public void GatherUpdated() => _exchange?.Working();

    /// <summary>Gathers tensors with a number for each parameter, of which each process has updated a part alone.</summary>
    public void Gather(params IEnumerable<Tensor> tensors) => _exchange?.Complete(tensors);

    /// <inheritdoc/>
    public void Dispose()
    {
        Team?.Dispose();
        foreach (var slice in _slices)
            slice.Dispose();
        foreach (var stages in _stages)
            stages.Dispose();
        _model.Stages = null;
        _exchange?.Dispose();
        Parameters.Dispose();
    }

    /// <summary>
    /// Finds the gradients of this process's slices. All draws are made for the whole batch: they do not depend on its division. Records are gathered for the
    /// slices alone, and for the whole batch where they are corrupted, by draws for each number.
    /// </summary>
    private (double Distortion, double Rate, double Loss) BySlices(int epoch, int inEpoch, double progressed)
    {
        var (batch, objective) = (_plan.BatchSize, (ElboObjective)_model.Objective);
        var (from, to) = _model.Corruption is NoCorruption ? (FirstOf(_firstShare), FirstOf(_firstShare + _ownShares)) : (0, batch);
        Action<int, int, int, GradientStep> run;
        if (IsByInput)
        {
            var x = _train.SparseRecords(_order.Records(epoch, inEpoch * batch + from, to - from));
            var seen = _model.Corruption.Apply(x);
            run = (own, first, last, step) => Note(own, _slices[own].Run(x.Slice(first, last), seen.Slice(first, last), step));
        }
        else
        {
            var x = _order.Batch(epoch, inEpoch * batch + from, to - from, _device);
            var seen = _model.Corruption.Apply(x);
            run = (own, first, last, step) => Note(own, _slices[own].Run(x.narrow(0, first, last - first), seen.narrow(0, first, last - first), step));
        }
        var step = new GradientStep(objective, progressed, batch, _model.Bottleneck.Draw(batch, objective));
        void Run(int own)
        {
            using var scope = NewDisposeScope();
            var (first, last) = (FirstOf(_firstShare + own), FirstOf(_firstShare + own + 1));
            Parameters.Slices[_firstShare + own].Rest.zero_();
            run(own, first - from, last - from, step with { Noise = step.Noise?.narrow(0, first, last - first) });
        }
        void Note(int own, (double Distortion, double Rate) sum) => NoteFigures(_firstShare + own, sum.Distortion, sum.Rate);
        if (Team is null)
            for (var own = 0; own < _ownShares; own++)
                Run(own);
        else
            Team.Run(thread =>
            {
                for (var own = thread; own < _ownShares; own += Team.Count)
                    Run(own);
            });
        return Exchanged();
    }

    /// <summary>Finds the gradients of this process's shares by a backward pass each, with draws of their own.</summary>
    private (double Distortion, double Rate, double Loss) ByShares(int epoch, int inEpoch, long step, double progressed)
    {
        var (statistics, before) = (_model.Bottleneck.Statistics, _model.Bottleneck.Statistics?.clone());
        for (var own = 0; own < _ownShares; own++)
        {
            using var scope = NewDisposeScope();
            var share = _firstShare + own;
            using var draws = RandomDraws.Seeded(RandomStream.Seed(_seed, RandomStream.Share, step * _shares + share));
            var (first, last) = (FirstOf(share), FirstOf(share + 1));
            var x = _order.Batch(epoch, inEpoch * _plan.BatchSize + first, last - first, _device);
            Parameters.Collect(share * _slicesOfShare);
            if (_stages.Length > 0)
                (_model.Stages = _stages[own]).Begin();
            else
                Parameters.Slices[share].Rest.zero_();
            var terms = _model.Loss(x, progressed);
            terms.Loss.Times((last - first) / (double)_plan.BatchSize).backward();
            NoteFigures(share * _slicesOfShare, terms.Distortion.sum().item<float>(), terms.Rate.sum().item<float>(), terms.Loss.item<float>());
            if (statistics is not null)
            {
                Parameters.Slices[share * _slicesOfShare].Statistics.copy_(statistics);
                statistics.copy_(before!);
            }
        }
        var sums = Exchanged();
        statistics?.copy_(
            _model.Bottleneck.MergedStatistics(
                before!,
                [.. Parameters.Slices.Where((_, slice) => slice % _slicesOfShare == 0).Select(slice => slice.Statistics)]
            )
        );
        return sums;
    }

    /// <summary>Finds the gradient of the batch by one backward pass.</summary>
    private (double Distortion, double Rate, double Loss) OfWhole(int epoch, int inEpoch, double progressed, TrainedPart part)
    {
        var x = _order.Batch(epoch, inEpoch * _plan.BatchSize, _plan.BatchSize, _device);
        if (_model.Stages is { } stages)
            stages.Begin();
        else
            Parameters.Gradients.zero_();
        if ((inEpoch == 0 || _turnsBySteps) && part == TrainedPart.Decoder)
            _model.FollowEncoder();
        // The decoder alone learns from codes of clean records.
        var terms = part == TrainedPart.Decoder ? _model.Loss(x, x, progressed) : _model.Loss(x, progressed);
        terms.Loss.backward();
        return (terms.Distortion.mean().item<float>(), terms.Rate.mean().item<float>(), terms.Loss.item<float>());
    }

    /// <summary>Returns the first record of a share in its batch; for the number of shares, the size of the batch.</summary>
    private int FirstOf(int share) => (int)((long)_plan.BatchSize * share / (_ownShares * _ranks.Count));

    /// <summary>Puts the figures of a share beside its gradients.</summary>
    private void NoteFigures(int slice, double distortion, double rate, double loss = 0)
    {
        var figures = Parameters.Slices[slice].Numbers;
        (figures[0], figures[1], figures[2], figures[3], figures[4]) = (distortion, rate, loss, Asked.Stop ? 1 : 0, Asked.Save ? 1 : 0);
    }

    /// <summary>Exchanges the slices with the other processes, and returns the sums of their figures, distortion and rate as means over the batch.</summary>
    private (double Distortion, double Rate, double Loss) Exchanged()
    {
        _exchange?.Gradients();
        var (distortion, rate, loss, stop, save) = (0.0, 0.0, 0.0, false, false);
        for (var slice = 0; slice < Parameters.Slices.Count; slice += _slicesOfShare)
        {
            var figures = Parameters.Slices[slice].Numbers;
            (distortion, rate, loss) = (distortion + figures[0], rate + figures[1], loss + figures[2]);
            (stop, save) = (stop || figures[3] != 0, save || figures[4] != 0);
        }
        AskedByAny = (stop, save);
        return (distortion / _plan.BatchSize, rate / _plan.BatchSize, loss);
    }

    /// <summary>
    /// Returns the number of slices of a batch: one a thread if records do not depend on each other and each thread gets enough of them. A rule and not a
    /// stopwatch: the same seed and threads must give the same bytes.
    /// </summary>
    private int SliceCount(string parallel, int threads)
    {
        if (threads == 1 || parallel == "operations" || !SliceGradient.IsSeparable(_model))
            return 1;
        return parallel == "records" ? Math.Min(threads, _plan.BatchSize) : Math.Clamp(_plan.BatchSize / LeastSlice, 1, threads);
    }
}
