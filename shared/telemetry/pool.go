package telemetry

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// PoolStat is what a pgxpool's Stat tells.
type PoolStat interface {
	AcquiredConns() int32
	IdleConns() int32
	TotalConns() int32
	MaxConns() int32
	AcquireCount() int64
	EmptyAcquireCount() int64
	CanceledAcquireCount() int64
	AcquireDuration() time.Duration
}

// Pool measures a connection pool under a name: telemetry.Pool(m, "main", db.Stat).
func Pool[S PoolStat](m *Metrics, name string, stat func() S) {
	m.registry.MustRegister(poolCollector{name: name, stat: func() PoolStat { return stat() }})
}

type poolCollector struct {
	name string
	stat func() PoolStat
}

// Describe sends nothing: the collector is unchecked, its names being fixed in Collect.
func (poolCollector) Describe(chan<- *prometheus.Desc) {}

// Collect reads the pool once.
func (p poolCollector) Collect(out chan<- prometheus.Metric) {
	s := p.stat()
	send := func(name, help string, kind prometheus.ValueType, v float64) {
		desc := prometheus.NewDesc("pgxpool_"+name, help, nil, prometheus.Labels{"pool": p.name})
		out <- prometheus.MustNewConstMetric(desc, kind, v)
	}
	send("acquired_connections", "Connections in use.", prometheus.GaugeValue, float64(s.AcquiredConns()))
	send("idle_connections", "Connections waiting for use.", prometheus.GaugeValue, float64(s.IdleConns()))
	send("total_connections", "Connections open or opening.", prometheus.GaugeValue, float64(s.TotalConns()))
	send("max_connections", "The pool's size.", prometheus.GaugeValue, float64(s.MaxConns()))
	send("acquires_total", "Connections handed out.", prometheus.CounterValue, float64(s.AcquireCount()))
	send("waited_acquires_total", "Of those, how many had to wait.", prometheus.CounterValue, float64(s.EmptyAcquireCount()))
	send("canceled_acquires_total", "Waits given up.", prometheus.CounterValue, float64(s.CanceledAcquireCount()))
	send("acquire_seconds_total", "Time spent waiting.", prometheus.CounterValue, s.AcquireDuration().Seconds())
}
