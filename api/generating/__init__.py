"""Simulated ledgers of any size (模拟数据): lawful histories drawn by chance, decided like any other."""
