"""A digest's figures as tables of data, one for each section: what the workbook and the CSV file are made of."""
