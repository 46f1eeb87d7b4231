using Isthmus.Compute;
using Isthmus.Data.Interactions;
using Isthmus.Data.Records;
using Isthmus.Models;
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
/// The one training loop: initialise, then forward, loss, backward, update until the epoch limit or until the validation
/// figure has not improved for <c>patience</c> epochs; the best weights are kept. The same seed, machine and thread count
/// give the same weights, and so does stopping and resuming at any step.
/// </summary>
/// <remarks>Not safe for use by several threads at once; trainings of several trainers may run side by side.</remarks>
public sealed class Trainer : IDisposable
{
    // Below this many records a slice's products are so thin that reading the weights takes longer than the arithmetic.
    private const int LeastSlice = 16;

    private readonly ModelSpecification? _specification;
    private readonly Settings _settings;
    private readonly Dataset _train,
        _validation;
    private readonly HeldOutSplit? _heldOut;
    private readonly AlternatingSchedule _turns;
    private readonly int _seed;
    private readonly TrainingPlan _plan;
    private readonly double _clip,
        _learningRate,
        _adversaryLearningRate;
    private readonly string _schedule;
    private readonly bool _inBfloat16,
        _ofCounts;
    private readonly Device _device;
    private readonly TimeProvider _clock;
    private readonly FlatParameters _parameters;
    private readonly Communicator _ranks;
    private readonly int _shares,
        _firstShare,
        _ownShares;
    private readonly SliceExchange? _exchange;
    private readonly SliceGradient[] _slices = [];
    private readonly ManualNetworks[] _stages = [];
    private readonly ThreadTeam? _team;
    private readonly FusedOptimiser _optimiser;
    private readonly BestWeights _weights;
    private readonly EpochOrder _order;

    /// <summary>A run from its first step, or from <paramref name="checkpoint"/>, of a model that is built from its specification.</summary>
    /// <param name="specification">Model to build and train.</param>
    /// <param name="train">Records fitted on, on the model's scale.</param>
    /// <param name="validation">Records that choose the best epoch, on the model's scale.</param>
    /// <param name="seed">Random seed for weights, shuffling and noise.</param>
    /// <param name="device">Device; the CPU if null.</param>
    /// <param name="checkpoint">Checkpoint to resume from; null to begin.</param>
    /// <param name="clock">Clock for the time spent and left.</param>
    /// <param name="communicator">Processes that train the model together; this one alone if null.</param>
    /// <exception cref="InvalidInputException">The batch is larger than the training set, the checkpoint does not fit the model, or the model's loss looks at a
    /// batch as a whole and cannot be computed in shares.</exception>
    public Trainer(
        ModelSpecification specification,
        Dataset train,
        Dataset validation,
        int seed,
        Device? device = null,
        Checkpoint? checkpoint = null,
        TimeProvider? clock = null,
        Communicator? communicator = null
    )
        : this(
            specification.Build(seed),
            specification.Settings,
            Settings.Empty.Overlay(Preset.Named(specification.Preset).Values).Get(TrainingSettings.BatchSize),
            train,
            validation,
            seed,
            device,
            checkpoint,
            clock,
            communicator
        ) => _specification = specification;

    /// <summary>A run of a model that was put together by hand: <c>new Autoencoder(corruption, network, bottleneck, likelihood, objective)</c>.</summary>
    /// <param name="model">Model to train. It stays the caller's to dispose of.</param>
    /// <param name="train">Records fitted on, on the model's scale.</param>
    /// <param name="validation">Records that choose the best epoch, on the model's scale.</param>
    /// <param name="options">Settings of training, seed, device and clock; settings of parts have no effect, as the parts are there.</param>
    /// <exception cref="InvalidInputException">The batch is larger than the training set.</exception>
    public Trainer(Autoencoder model, Dataset train, Dataset validation, TrainingOptions? options = null)
        : this(
            model,
            TrainingSettings.Of(options ??= new(), train.Schema),
            0,
            train,
            validation,
            options.Seed,
            options.Device,
            null,
            options.Clock,
            options.Communicator
        )
    { }

    private Trainer(
        Autoencoder model,
        Settings settings,
        int usualBatch,
        Dataset train,
        Dataset validation,
        int seed,
        Device? device,
        Checkpoint? checkpoint,
        TimeProvider? clock,
        Communicator? communicator
    )
    {
        Model = model;
        Threads = get_num_threads();
        _ranks = communicator ?? Communicator.Alone;
        settings = TrainingShares.Said(settings, _ranks, Threads);
        _settings = settings;
        (_train, _validation, _seed) = (train, validation, seed);
        _clock = clock ?? TimeProvider.System;
        _plan = TrainingPlan.For(settings, train, usualBatch);
        _order = new(train, seed);
        _clip = settings.Get(TrainingSettings.Clip);
        _learningRate = settings.Get(TrainingSettings.LearningRate);
        _adversaryLearningRate = settings.Get(Discriminator.LearningRate);
        _schedule = settings.Get(TrainingSettings.Schedule);
        _turns = new(settings.Get(TrainingSettings.EncoderEpochs));
        _heldOut = RecordLearning.Of(validation.Schema).HeldOut(validation, seed);
        _inBfloat16 = ProcessorSupport.InBfloat16(settings.Get(TrainingSettings.Precision));
        foreach (var product in Model.modules().OfType<MatrixProduct>())
            product.InBfloat16 = _inBfloat16;
        _device = device ?? CPU;
        Model.to(_device);
        Model.Records = _train.Count;
        if (Model.Bottleneck.Prior is { RecordsWanted: > 0 } prior)
        {
            using var records = _order.Batch(0, 0, Math.Min(prior.RecordsWanted, _train.Count), _device);
            prior.StartFrom(records);
        }
        if (HasAdversary && _turns.EncoderEpochs > 0)
            throw new InvalidInputException(
                $"{OptionNames.Value("encoder-epochs", _turns.EncoderEpochs)}",
                "cannot be used, as encoder and decoder cannot train in turns where a discriminator trains against them",
                $"leave {OptionNames.Key("encoder-epochs")} or " + $"{OptionNames.Value("penalty", settings.Get(ModelSpecification.Penalty))} out",
                OptionNames.Key("encoder-epochs")
            );
        _shares = TrainingShares.Of(settings, Model, _plan.BatchSize, _device, _ranks);
        var isByHand = _device.type == DeviceType.CPU && _turns.EncoderEpochs == 0;
        var isInSlices = isByHand && SliceGradient.Knows(Model) && (_shares == 0 || SliceGradient.IsSeparable(Model));
        var hasStages = !isInSlices && isByHand && !HasAdversary && ManualNetworks.Knows(Model);
        var countProduct = isInSlices && train.Schema.Kind.IsSparse ? SliceGradient.CountProduct(Model) : null;
        _ofCounts = countProduct is not null;
        var inEach = hasStages ? ManualNetworks.PassagesOf(Model) : 1;
        var all =
            _shares > 0 ? _shares
            : isInSlices ? SliceCount(settings.Get(TrainingSettings.Parallel))
            : hasStages ? 1
            : 0;
        _ownShares = all / _ranks.Count;
        _firstShare = _ownShares * _ranks.Rank;
        _parameters = new FlatParameters(
            Model,
            isInSlices || hasStages ? null
                : HasAdversary ? name => !Autoencoder.IsAdversaryParameter(name)
                : Autoencoder.IsEncoderParameter,
            isInSlices ? SliceGradient.ProductsOf(Model)
                : hasStages ? ManualNetworks.ProductsOf(Model)
                : null,
            _inBfloat16 && (isInSlices || hasStages),
            all * inEach,
            countProduct?.Weight,
            _shares > 0 ? Model.Bottleneck.Statistics?.numel() ?? 0 : 0,
            _firstShare * inEach
        );
        if (_ranks.Count > 1)
            // Random numbers of another processor may differ in their last bits.
            _ranks.Broadcast(TensorMemory.AddressOf(_parameters.Values), _parameters.Values.numel() * sizeof(float));
        _optimiser = new FusedOptimiser(_parameters, settings);
        _weights = new(_parameters, settings.Get(TrainingSettings.Average));
        checkpoint?.Restore(TensorState());
        _parameters.RefreshWorking();
        var own = Enumerable.Range(_firstShare, _ownShares);
        if (isInSlices)
            _slices = [.. own.Select(share => new SliceGradient(Model, _parameters, share, _ofCounts))];
        else if (hasStages)
            _stages = [.. own.Select(share => new ManualNetworks(Model, _parameters, share * inEach))];
        Model.Stages = _stages.FirstOrDefault();
        // Shares that are fixed are computed by one thread each, and the weights do not depend on how many there are.
        if ((_shares == 0 ? _slices.Length : Math.Min(Threads, isInSlices ? _ownShares : Threads)) is > 1 and var threads)
            _team = new ThreadTeam(threads);
        if (_ranks.Count > 1)
            _exchange = new(_parameters, _ranks, isWhole: _clip > 0);
        State = checkpoint?.State ?? TrainingState.Start;
    }

    // A stop that this process was asked for, and one that any process was asked for, which all see in the same step.
    private bool _stops,
        _stopsAll;

    // Likewise a checkpoint that rank 0 wants to write within an epoch, for which all must give what they alone have.
    private bool _saves,
        _savesAll;

    /// <summary>The model, with the weights of the last step until <see cref="Finish"/>.</summary>
    public Autoencoder Model { get; }

    /// <summary>Number of threads of the tensor library.</summary>
    public int Threads { get; }

    /// <summary>Progress of training.</summary>
    public TrainingState State { get; private set; }

    private bool HasAdversary => Model.Objective.Adversary is not null;

    /// <summary>Bytes of a share that processes exchange: gradients, statistics and figures.</summary>
    internal long BytesOfShare => _parameters.SliceWords * sizeof(float) * (_parameters.Slices.Count / Math.Max(1, _ownShares * _ranks.Count));

    /// <summary>Progress of training in epochs, fractions included.</summary>
    private double Progressed => State.Step / (double)_plan.StepsPerEpoch;

    /// <summary>Trains to the end, or until cancelled between two steps.</summary>
    /// <param name="report">Called a few times a second, and at each epoch's end.</param>
    /// <param name="save">Called with a checkpoint every <paramref name="saveEvery"/>, at an epoch's end or within a long one, and when cancelled.</param>
    /// <param name="saveEvery">Least time between two checkpoints.</param>
    /// <param name="cancellationToken">Stops after the step under way.</param>
    /// <returns>True if training ended by itself, false if cancelled.</returns>
    /// <exception cref="TrainingDivergedException">A loss or gradient is not finite.</exception>
    public bool Run(
        Action<TrainingProgress>? report = null,
        Action<Checkpoint>? save = null,
        TimeSpan saveEvery = default,
        CancellationToken cancellationToken = default
    )
    {
        using var one = OneThreadBesideTheTeam();
        var began = _clock.GetTimestamp();
        var (firstStep, firstSeconds, lastReport, lastSave, saving) = (State.Step, State.Seconds, began, began, TimeSpan.Zero);
        Model.train();
        while (!State.Stopped)
        {
            if (_ranks.Count == 1 ? cancellationToken.IsCancellationRequested : _stopsAll)
            {
                Complete();
                save?.Invoke(TakeCheckpoint());
                // A process that leaves has the others killed, and rank 0 may still be writing.
                _ranks.Barrier();
                return false;
            }
            _stops = cancellationToken.IsCancellationRequested;
            Step();
            State = State with { Seconds = firstSeconds + _clock.GetElapsedTime(began).TotalSeconds };
            var inEpoch = (int)(State.Step % _plan.StepsPerEpoch);
            EpochMetrics? finished = null;
            if (inEpoch == 0)
                finished = EndEpoch();
            var sinceSave = _clock.GetElapsedTime(lastSave);
            // Within an epoch a checkpoint may take a twentieth of the time.
            var isDue = save is not null && (finished is not null ? sinceSave >= saveEvery : sinceSave >= saveEvery + 20 * saving && saveEvery > TimeSpan.Zero);
            if (_ranks.Count > 1 && finished is null)
            {
                // The others learn of it in the next step.
                (_saves, isDue) = (isDue && !_savesAll, save is not null && _savesAll);
                if (_savesAll)
                    Complete();
            }
            if (isDue)
            {
                var before = _clock.GetTimestamp();
                save!(TakeCheckpoint());
                (lastSave, saving) = (_clock.GetTimestamp(), _clock.GetElapsedTime(before));
            }
            if (report is not null && (finished is not null || _clock.GetElapsedTime(lastReport) > TimeSpan.FromMilliseconds(250)))
            {
                lastReport = _clock.GetTimestamp();
                report(Progress(finished, inEpoch, (State.Step - firstStep) / _clock.GetElapsedTime(began).TotalSeconds));
            }
        }
        return true;
    }

    /// <summary>Gathers the parameters, moments and average of which this process alone updates a part.</summary>
    private void Complete() =>
        _exchange?.Complete([
            _parameters.Values,
            _optimiser.State["first_moment"],
            _optimiser.State["second_moment"],
            .. _weights.Average is { } average ? [average] : Array.Empty<Tensor>(),
        ]);

    /// <summary>Sets the model to the best weights found, and returns it.</summary>
    public Autoencoder Finish()
    {
        using var noGradient = no_grad();
        _weights.PutBack();
        Model.eval();
        return Model;
    }

    /// <summary>Returns all that a resumed run needs.</summary>
    /// <exception cref="InvalidOperationException">The model was put together by hand, so that a file could not say how to build it again.</exception>
    public Checkpoint TakeCheckpoint() =>
        new(
            _specification
                ?? throw new InvalidOperationException(
                    "A model that was put together by hand has no specification to build it from again; register its parts and train it by ModelOptions.Fit."
                ),
            _seed,
            State,
            TensorState()
        );

    /// <inheritdoc/>
    public void Dispose()
    {
        _team?.Dispose();
        foreach (var slice in _slices)
            slice.Dispose();
        foreach (var stages in _stages)
            stages.Dispose();
        Model.Stages = null;
        _exchange?.Dispose();
        _optimiser.Dispose();
        _weights.Dispose();
        _parameters.Dispose();
    }

    /// <summary>Takes one step of the run.</summary>
    internal void Step()
    {
        using var scope = NewDisposeScope();
        using var one = OneThreadBesideTheTeam();
        _weights.BeforeStep();
        var (epoch, inEpoch) = ((int)(State.Step / _plan.StepsPerEpoch), (int)(State.Step % _plan.StepsPerEpoch));
        using var draws = RandomDraws.Seeded(RandomStream.Seed(_seed, RandomStream.Step, State.Step));
        var (distortion, rate) =
            _slices.Length > 0 ? GradientBySlices(epoch, inEpoch)
            : _shares > 0 ? GradientByShares(epoch, inEpoch)
            : GradientByAutograd(_order.Batch(epoch, inEpoch * _plan.BatchSize, _plan.BatchSize, _device), epoch, inEpoch);
        if (!double.IsFinite(distortion))
            throw Diverged("the distortion", distortion);
        if (!double.IsFinite(rate))
            throw Diverged("the rate", rate);
        _optimiser.Step(
            LearningRate(),
            _turns.PartOf(epoch),
            Clip(),
            _weights.Average,
            _weights.ShareAt(State.Step),
            _team,
            HasAdversary ? _adversaryLearningRate * Course() : null,
            _exchange?.Own
        );
        _exchange?.Working();
        State = State with { Step = State.Step + 1, DistortionSum = State.DistortionSum + distortion, RateSum = State.RateSum + rate };
    }

    /// <summary>
    /// Computes the gradients of this process's slices, and returns the batch's mean distortion and rate, nats. All draws are made for the whole batch: they do
    /// not depend on its division. Records are gathered for the slices alone, and for the whole batch where they are corrupted, by draws for each number.
    /// </summary>
    private (double Distortion, double Rate) GradientBySlices(int epoch, int inEpoch)
    {
        var (batch, objective) = (_plan.BatchSize, (ElboObjective)Model.Objective);
        var (from, to) = Model.Corruption is NoCorruption ? (FirstOf(_firstShare), FirstOf(_firstShare + _ownShares)) : (0, batch);
        Action<int, int, int, GradientStep> run;
        if (_ofCounts)
        {
            var x = _train.SparseRecords(_order.Records(epoch, inEpoch * batch + from, to - from));
            var seen = Model.Corruption.Apply(x);
            run = (own, first, last, step) => Note(own, _slices[own].Run(x.Slice(first, last), seen.Slice(first, last), step));
        }
        else
        {
            var x = _order.Batch(epoch, inEpoch * batch + from, to - from, _device);
            var seen = Model.Corruption.Apply(x);
            run = (own, first, last, step) => Note(own, _slices[own].Run(x.narrow(0, first, last - first), seen.narrow(0, first, last - first), step));
        }
        var step = new GradientStep(objective, Progressed, batch, Model.Bottleneck.Draw(batch, objective));
        void Run(int own)
        {
            using var scope = NewDisposeScope();
            var (first, last) = (FirstOf(_firstShare + own), FirstOf(_firstShare + own + 1));
            _parameters.Slices[_firstShare + own].Rest.zero_();
            run(own, first - from, last - from, step with { Noise = step.Noise?.narrow(0, first, last - first) });
        }
        void Note(int own, (double Distortion, double Rate) sum) => NoteFigures(_firstShare + own, sum.Distortion, sum.Rate);
        if (_team is null)
            for (var own = 0; own < _ownShares; own++)
                Run(own);
        else
            _team.Run(thread =>
            {
                for (var own = thread; own < _ownShares; own += _team.Count)
                    Run(own);
            });
        return Exchanged();
    }

    /// <summary>
    /// Computes the gradients of this process's shares by a backward pass each, with draws of their own, and returns the batch's mean distortion and rate,
    /// nats.
    /// </summary>
    private (double Distortion, double Rate) GradientByShares(int epoch, int inEpoch)
    {
        var inEach = _parameters.Slices.Count / _shares;
        var (statistics, before) = (Model.Bottleneck.Statistics, Model.Bottleneck.Statistics?.clone());
        for (var own = 0; own < _ownShares; own++)
        {
            using var scope = NewDisposeScope();
            var share = _firstShare + own;
            using var draws = RandomDraws.Seeded(RandomStream.Seed(_seed, RandomStream.Share, State.Step * _shares + share));
            var (first, last) = (FirstOf(share), FirstOf(share + 1));
            var x = _order.Batch(epoch, inEpoch * _plan.BatchSize + first, last - first, _device);
            _parameters.Collect(share * inEach);
            if (_stages.Length > 0)
                (Model.Stages = _stages[own]).Begin();
            else
                _parameters.Slices[share].Rest.zero_();
            var terms = Model.Loss(x, Progressed);
            terms.Loss.Times((last - first) / (double)_plan.BatchSize).backward();
            NoteFigures(share * inEach, terms.Distortion.sum().item<float>(), terms.Rate.sum().item<float>(), terms.Loss.item<float>());
            if (statistics is not null)
            {
                _parameters.Slices[share * inEach].Statistics.copy_(statistics);
                statistics.copy_(before!);
            }
        }
        var sums = Exchanged();
        statistics?.copy_(
            Model.Bottleneck.MergedStatistics(before!, [.. _parameters.Slices.Where((_, slice) => slice % inEach == 0).Select(slice => slice.Statistics)])
        );
        return sums;
    }

    /// <summary>Returns the first record of a share in its batch; for the number of shares, the size of the batch.</summary>
    private int FirstOf(int share) => (int)((long)_plan.BatchSize * share / (_ownShares * _ranks.Count));

    /// <summary>Puts the figures of a share beside its gradients.</summary>
    private void NoteFigures(int slice, double distortion, double rate, double loss = 0)
    {
        var figures = _parameters.Slices[slice].Numbers;
        (figures[0], figures[1], figures[2], figures[3], figures[4]) = (distortion, rate, loss, _stops ? 1 : 0, _saves ? 1 : 0);
    }

    /// <summary>Exchanges the slices with the other processes, and returns the sums of their figures as means over the batch.</summary>
    private (double Distortion, double Rate) Exchanged()
    {
        _exchange?.Gradients();
        var inEach = _parameters.Slices.Count / (_ownShares * _ranks.Count);
        var (distortion, rate, loss) = (0.0, 0.0, 0.0);
        _savesAll = false;
        for (var slice = 0; slice < _parameters.Slices.Count; slice += inEach)
        {
            var figures = _parameters.Slices[slice].Numbers;
            (distortion, rate, loss) = (distortion + figures[0], rate + figures[1], loss + figures[2]);
            (_stopsAll, _savesAll) = (_stopsAll || figures[3] != 0, _savesAll || figures[4] != 0);
        }
        return double.IsFinite(loss) ? (distortion / _plan.BatchSize, rate / _plan.BatchSize) : throw Diverged("the loss", loss);
    }

    private (double Distortion, double Rate) GradientByAutograd(Tensor x, int epoch, int inEpoch)
    {
        if (Model.Stages is { } stages)
            stages.Begin();
        else
            _parameters.Gradients.zero_();
        var part = _turns.PartOf(epoch);
        if (inEpoch == 0 && part == TrainedPart.Decoder)
            Model.FollowEncoder();
        // The decoder alone learns from codes of clean records.
        var terms = part == TrainedPart.Decoder ? Model.Loss(x, x, Progressed) : Model.Loss(x, Progressed);
        if (terms.Loss.item<float>() is var loss && !float.IsFinite(loss))
            throw Diverged("the loss", loss);
        terms.Loss.backward();
        return (terms.Distortion.mean().item<float>(), terms.Rate.mean().item<float>());
    }

    /// <summary>
    /// Returns the number of slices of a batch: one a thread if records do not depend on each other and each thread gets enough of them. A rule and not a
    /// stopwatch: the same seed and threads must give the same bytes.
    /// </summary>
    private int SliceCount(string parallel)
    {
        if (Threads == 1 || parallel == "operations" || !SliceGradient.IsSeparable(Model))
            return 1;
        return parallel == "records" ? Math.Min(Threads, _plan.BatchSize) : Math.Clamp(_plan.BatchSize / LeastSlice, 1, Threads);
    }

    /// <summary>Returns the factor of the gradient after clipping.</summary>
    private double Clip()
    {
        if (_clip == 0)
            return 1;
        var norm = _parameters.GradientNorm();
        if (!double.IsFinite(norm))
            throw Diverged("the gradient", norm);
        return Math.Min(1, _clip / norm);
    }

    /// <summary>Ends an epoch: evaluates the validation records, and keeps the best weights.</summary>
    internal EpochMetrics EndEpoch()
    {
        Complete();
        var (distortion, rate) = Validate();
        var metrics = new EpochMetrics(
            (int)(State.Step / _plan.StepsPerEpoch),
            State.DistortionSum / _plan.StepsPerEpoch,
            State.RateSum / _plan.StepsPerEpoch,
            distortion,
            rate,
            LearningRate()
        );
        var weighed = Model.Objective.Weighed(distortion, rate);
        var isBest = State.BestLossNats is not { } best || weighed < best;
        _weights.Mark(isBest);
        var sinceBest = isBest ? 0 : metrics.Epoch - State.BestEpoch;
        var settings = _settings;
        State = State with
        {
            DistortionSum = 0,
            RateSum = 0,
            BestLossNats = isBest ? weighed : State.BestLossNats,
            BestEpoch = isBest ? metrics.Epoch : State.BestEpoch,
            Epochs = [.. State.Epochs, metrics],
            PlateauFactor = sinceBest > 0 && sinceBest % settings.Get(TrainingSettings.PlateauEpochs) == 0 ? State.PlateauFactor / 2 : State.PlateauFactor,
            Stopped = metrics.Epoch >= _plan.Epochs || sinceBest >= _plan.Patience,
        };
        return metrics;
    }

    /// <summary>
    /// Returns distortion and rate on the validation records with the averaged weights; the same noise each epoch. For histories, the distortion is that of
    /// their held-out part, and there is no rate: the shown part is known to both sides.
    /// </summary>
    private (double Distortion, double Rate) Validate()
    {
        // Processors that round otherwise must not choose another epoch.
        Span<double> figures = [0, 0];
        if (_ranks.Rank == 0)
            (figures[0], figures[1]) = OnValidation();
        _ranks.Broadcast(figures);
        var (distortion, rate) = (figures[0], figures[1]);
        if (!double.IsFinite(distortion + rate))
            throw Diverged(
                double.IsFinite(rate) ? "the distortion on the validation records" : "the rate on the validation records",
                double.IsFinite(rate) ? distortion : rate
            );
        return (distortion, rate);
    }

    private (double Distortion, double Rate) OnValidation()
    {
        using var scope = NewDisposeScope();
        using var noGradient = inference_mode();
        var (distortion, rate) = (0.0, 0.0);
        using var all = TensorThreads.Use(Threads);
        _weights.WithJudged(() =>
        {
            Model.eval();
            using var draws = RandomDraws.Seeded(RandomStream.Seed(_seed, RandomStream.Validation, 0));
            (distortion, rate) = _heldOut is null ? Bound() : (HeldOutLikelihood.Nats(Model, _heldOut, _device), 0);
            Model.train();
        });
        return (distortion, rate);
    }

    private (double Distortion, double Rate) Bound()
    {
        var (distortion, rate) = (0.0, 0.0);
        foreach (var x in TensorBatches.InOrder(_validation, 1000, _device))
        {
            using var batch = NewDisposeScope();
            var terms = RecordLearning.Of(_validation.Schema).ValidatesCorrupted
                ? Model.Loss(x, double.PositiveInfinity)
                : Model.Loss(x, x, double.PositiveInfinity);
            distortion += terms.Distortion.sum().item<float>();
            rate += terms.Rate.sum().item<float>();
        }
        return (distortion / _validation.Count, rate / _validation.Count);
    }

    /// <summary>The report before the first step of this call.</summary>
    internal TrainingProgress Start(IReadOnlyList<string> notes) => TrainingProgress.Start(_plan.Epochs, State.Step / _plan.Steps, notes);

    /// <summary>Limits the calling thread to one thread of its own if records are divided among a team that it belongs to, or into fixed shares.</summary>
    private TensorThreads? OneThreadBesideTheTeam() => _team is null && _shares == 0 ? null : TensorThreads.Use(1);

    private double LearningRate() => _learningRate * Course();

    /// <summary>Returns the factor of an optimiser's learning rate at this step.</summary>
    private double Course()
    {
        var ramp = Math.Min(1, (State.Step + 1.0) / Math.Max(1, _plan.LearningRateWarmUp));
        var course = _schedule switch
        {
            "cosine" => 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, State.Step / _plan.Steps))),
            "plateau" => State.PlateauFactor,
            _ => 1,
        };
        return ramp * course;
    }

    private TrainingDivergedException Diverged(string term, double value) =>
        new(
            $"Training stopped at step {State.Step + 1} (epoch {State.Step / _plan.StepsPerEpoch + 1}): {term} is {value}. "
                + $"Try a smaller {OptionNames.Give("learning-rate")} (now {_learningRate}), or {OptionNames.Give("clip", 100)}"
                + $"{(_inBfloat16 ? (Wording)$", or {OptionNames.Give("precision", "float32")}" : "")}."
        );

    private TrainingProgress Progress(EpochMetrics? finished, int inEpoch, double stepsPerSecond)
    {
        return new(
            (int)((State.Step - 1) / _plan.StepsPerEpoch) + 1,
            _plan.Epochs,
            State.Step / _plan.Steps,
            finished?.TrainDistortionNats ?? State.DistortionSum / Math.Max(1, inEpoch),
            finished?.TrainRateNats ?? State.RateSum / Math.Max(1, inEpoch),
            stepsPerSecond * _plan.BatchSize,
            TimeSpan.FromSeconds((_plan.Steps - State.Step) / stepsPerSecond),
            finished
        );
    }

    private Dictionary<string, Tensor> TensorState()
    {
        // Two layouts, two names: a checkpoint of the one is not mistaken for the other.
        var state = new Dictionary<string, Tensor>(_weights.State(), StringComparer.Ordinal)
        {
            [_ofCounts ? "values_by_input" : "values"] = _parameters.Values,
        };
        foreach (var (name, tensor) in _optimiser.State)
            state[$"optimiser.{name}"] = tensor;
        foreach (var (name, buffer) in _parameters.Buffers)
            state[$"buffer.{name}"] = buffer;
        return state;
    }
}
